import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** An answer that the node gives itself. The body is `{"error":…,"request_id":…}`. */
export interface Refusal {
  readonly status: number;
  /** Stable word for programs, e.g. `blocked`. */
  readonly error: string;
  readonly headers?: readonly string[];
}

export const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  417: 'Expectation Failed',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  431: 'Request Header Fields Too Large',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** How long a client whose request was answered early may go on sending before it is cut off. */
const LINGER_MS = 2_000;

/**
 * Sends a refusal. A body that was not read is discarded for a while, not cut: closing a socket with
 * unread data makes the kernel reset it, and the client would lose the answer.
 */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refusal,
  requestId: string,
  added: readonly string[] = [],
): void {
  const body = refusalBody(refusal, requestId);
  response.writeHead(refusal.status, [
    ...['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body))],
    ...['Cache-Control', 'no-store', 'X-Request-Id', requestId],
    ...added,
    ...(refusal.headers ?? []),
  ]);
  response.end(request.method === 'HEAD' ? undefined : body);
  cutUnfinished(request);
}

/** Closes the connection if the rest of the request does not arrive in time. Call after the response. */
export function cutUnfinished(request: IncomingMessage): void {
  if (request.complete || request.destroyed || !announcesBody(request)) return;
  const timer = setTimeout(() => request.socket.destroy(), LINGER_MS);
  timer.unref();
  const stop = () => clearTimeout(timer);
  request.once('end', stop).once('close', stop).resume();
}

/** Sends a refusal where there is no ServerResponse: parse errors and upgrades. Closes the connection. */
export function refuseOnSocket(socket: Duplex, refusal: Refusal, requestId: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = refusalBody(refusal, requestId);
  const head = [
    `HTTP/1.1 ${refusal.status} ${REASONS[refusal.status] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ].join('\r\n');
  socket.end(`${head}\r\n\r\n${body}`);
}

/** Whether the header block says that a body follows. */
export function announcesBody(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  return coding !== undefined || (length !== undefined && length !== '0');
}

function refusalBody(refusal: Refusal, requestId: string): string {
  return JSON.stringify({ error: refusal.error, request_id: requestId });
}
