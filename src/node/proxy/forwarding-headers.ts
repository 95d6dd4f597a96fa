/** What the upstream is told about the request besides what the client sent. */
export interface ForwardingFacts {
  /** Address of the peer on the socket, not of the client behind it. */
  readonly peer: string;
  /** Whether the peer's own X-Forwarded-* headers are believed and extended. */
  readonly peerTrusted: boolean;
  readonly host: string;
  readonly protocol: 'http' | 'https';
  readonly requestId: string;
}

const DROP = 1;
const FORWARDED_FOR = 2;
const FORWARDED_FACT = 3;
const CONNECTION = 4;

/** Headers that end at this hop (RFC 9110 7.6.1), or that this hop rewrites. */
const KIND: ReadonlyMap<string, number> = new Map([
  ['connection', CONNECTION],
  ['keep-alive', DROP],
  ['proxy-connection', DROP],
  ['proxy-authorization', DROP],
  ['proxy-authenticate', DROP],
  ['te', DROP],
  ['trailer', DROP],
  ['transfer-encoding', DROP],
  ['upgrade', DROP],
  ['expect', DROP],
  ['x-request-id', DROP],
  ['x-forwarded-for', FORWARDED_FOR],
  ['x-forwarded-proto', FORWARDED_FACT],
  ['x-forwarded-host', FORWARDED_FACT],
  ['forwarded', FORWARDED_FACT],
  ['x-real-ip', FORWARDED_FACT],
]);

/** A client may not take these away by naming them in Connection: they frame or route the message. */
const NEVER_NAMED: ReadonlySet<string> = new Set(['host', 'content-length', 'content-type']);

/**
 * The request headers for the upstream: end-to-end headers as the client wrote them, then what this hop
 * adds. Facts that an untrusted peer claims about itself are dropped.
 */
export function upstreamHeaders(raw: readonly string[], facts: ForwardingFacts): string[] {
  const named = connectionNames(raw);
  const out: string[] = [];
  let forwardedFor = '';
  let proto = '';
  let host = '';
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!;
    const value = raw[i + 1]!;
    const lower = name.toLowerCase();
    const kind = KIND.get(lower);
    if (kind === undefined) {
      if (named === null || !named.has(lower)) out.push(name, value);
    } else if (kind === FORWARDED_FOR) {
      if (facts.peerTrusted) forwardedFor += `${value}, `;
    } else if (kind === FORWARDED_FACT && facts.peerTrusted) {
      if (lower === 'x-forwarded-proto') proto ||= value;
      else if (lower === 'x-forwarded-host') host ||= value;
      else out.push(name, value);
    }
  }
  out.push('X-Forwarded-For', forwardedFor + facts.peer);
  out.push('X-Forwarded-Proto', proto || facts.protocol);
  if (host || facts.host) out.push('X-Forwarded-Host', host || facts.host);
  out.push('X-Request-Id', facts.requestId);
  return out;
}

const RESPONSE_DROP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-request-id',
]);

/** The response headers for the client: end-to-end headers as the upstream wrote them, and ours. */
export function clientHeaders(raw: readonly string[], added: readonly string[]): string[] {
  const named = connectionNames(raw);
  const out: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const lower = raw[i]!.toLowerCase();
    if (RESPONSE_DROP.has(lower) || named?.has(lower)) continue;
    out.push(raw[i]!, raw[i + 1]!);
  }
  out.push(...added);
  return out;
}

/** Lower-case header names that Connection lists, or null when it lists none that matter. */
function connectionNames(raw: readonly string[]): Set<string> | null {
  let names: Set<string> | null = null;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const header = raw[i]!;
    // Looked at for every header of every message: the length and the first letter settle most.
    if (header.length !== 10 || (header.charCodeAt(0) | 0x20) !== 0x63) continue;
    if (header.toLowerCase() !== 'connection') continue;
    for (const token of raw[i + 1]!.toLowerCase().split(',')) {
      const name = token.trim();
      if (name === '' || name === 'close' || name === 'keep-alive' || NEVER_NAMED.has(name)) {
        continue;
      }
      names ??= new Set();
      names.add(name);
    }
  }
  return names;
}
