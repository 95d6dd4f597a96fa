/** Why the upstream gave no usable answer. */
export type UpstreamFaultCode =
  /** Not HTTP/1.1 as it is written, or framed ambiguously. */
  | 'UPSTREAM_MALFORMED'
  /** The connection ended before the response did. */
  | 'UPSTREAM_CLOSED'
  | 'UPSTREAM_CONNECT_TIMEOUT'
  | 'UPSTREAM_TIMEOUT'
  /** The node is stopping. */
  | 'UPSTREAM_DESTROYED';

/** The upstream, or the connection to it, failed; the client gets 502 or 504 for it. */
export class UpstreamFault extends Error {
  readonly code: UpstreamFaultCode;

  constructor(code: UpstreamFaultCode, message: string) {
    super(message);
    this.name = 'UpstreamFault';
    this.code = code;
  }
}

/** 504 when the upstream took too long to answer; 502 for everything else, connecting included. */
export function upstreamFailureStatus(error: unknown): 502 | 504 {
  return (error as { code?: string } | null)?.code === 'UPSTREAM_TIMEOUT' ? 504 : 502;
}
