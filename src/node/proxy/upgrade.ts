import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import type { InspectionRequest } from '../../engine/verdict.ts';
import { admit, isRefusal } from './admission.ts';
import { clientHeaders, upstreamHeaders } from './forwarding-headers.ts';
import { Judgement } from './judgement.ts';
import type { ProxyDeps } from './proxy-deps.ts';
import { announcesBody, type Refusal, refuseOnSocket } from './refusal.ts';
import { UpstreamFault, upstreamFailureStatus } from './upstream-fault.ts';

/**
 * A request for another protocol (WebSocket). It is inspected like any other; once both sides agreed,
 * bytes are piped raw. HTTP/2 over cleartext is refused: what travels inside could not be inspected.
 */
export async function upgrade(
  deps: ProxyDeps,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  socket.on('error', () => socket.destroy());
  const { headers } = request;
  const address = deps.clientAddress(request.socket.remoteAddress, headers['x-forwarded-for']);
  const id = deps.requestId(headers['x-request-id'], address.peerTrusted);
  const refuse = (refusal: Refusal) => refuseOnSocket(socket, refusal, id);
  deps.counters.begin();

  const admitted = admit(request, deps.settings.proxy.max_body_bytes);
  const fault = isRefusal(admitted) ? admitted : upgradeFault(request);
  if (isRefusal(admitted) || fault !== null) {
    deps.counters.end('refused');
    refuse(fault ?? { status: 400, error: 'bad_request' });
    return;
  }
  const inspection: InspectionRequest = {
    method: request.method ?? 'GET',
    uri: admitted.uri,
    version: 'HTTP/1.1',
    sourceIp: address.client,
    headers: admitted.headers,
    body: null,
    now: deps.now(),
  };
  const set = deps.judge.acquire();
  try {
    const outcome = await new Judgement(deps, id).decide(set, inspection);
    if (outcome.kind === 'block') {
      deps.counters.end('blocked');
      refuse({ status: outcome.status, error: 'blocked' });
    } else if (outcome.kind === 'limited') {
      deps.counters.end('rate_limited');
      refuse({ status: 429, error: 'rate_limited' });
    } else if (outcome.kind === 'unavailable') {
      deps.counters.end('unavailable');
      refuse({ status: 503, error: 'inspection_unavailable' });
    } else {
      const forwarded = upstreamHeaders(admitted.headers, {
        ...address,
        host: admitted.host,
        protocol: 'http',
        requestId: id,
      });
      forwarded.push('Connection', 'Upgrade', 'Upgrade', headers.upgrade ?? '');
      const ended = await tunnel(deps, request, admitted.uri, forwarded, socket, head, id);
      deps.counters.end(ended ? (outcome.logged ? 'logged' : 'passed') : 'upstream_error');
    }
  } finally {
    deps.judge.release(set);
  }
}

function upgradeFault(request: IncomingMessage): Refusal | null {
  if (announcesBody(request)) return { status: 400, error: 'upgrade_with_body' };
  return /\bh2c?\b|\bhttp\b/i.test(request.headers.upgrade ?? '')
    ? { status: 501, error: 'upgrade_not_supported' }
    : null;
}

/** Resolves when the upstream has answered: true for any answer, false for none. */
function tunnel(
  deps: ProxyDeps,
  request: IncomingMessage,
  path: string,
  headers: string[],
  socket: Duplex,
  head: Buffer,
  id: string,
): Promise<boolean> {
  const { url } = deps.upstream;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const outgoing = send(url, { method: request.method, path, headers, agent: false });
    outgoing.setTimeout(deps.settings.proxy.upstream_timeout_ms, () => {
      outgoing.destroy(new UpstreamFault('UPSTREAM_TIMEOUT', 'the upstream is silent'));
    });
    socket.on('close', () => outgoing.destroy());
    outgoing.on('upgrade', (answer, upstreamSocket, upstreamHead) => {
      outgoing.setTimeout(0);
      upstreamSocket.setTimeout(0);
      const protocol = ['Connection', 'Upgrade', 'Upgrade', answer.headers.upgrade ?? ''];
      const added = ['X-Request-Id', id, ...protocol];
      socket.write(messageHead(answer, clientHeaders(answer.rawHeaders, added)));
      if (upstreamHead.length > 0) socket.write(upstreamHead);
      if (head.length > 0) upstreamSocket.write(head);
      join(socket, upstreamSocket);
      resolve(true);
    });
    outgoing.on('response', (answer) => {
      // The upstream declined. The body is delimited by the end of the connection.
      const added = ['X-Request-Id', id, 'Connection', 'close'];
      socket.write(messageHead(answer, clientHeaders(answer.rawHeaders, added)));
      answer.pipe(socket);
      resolve(true);
    });
    outgoing.on('error', (error) => {
      const status = upstreamFailureStatus(error);
      const text = status === 504 ? 'upstream_timeout' : 'upstream_unreachable';
      refuseOnSocket(socket, { status, error: text }, id);
      resolve(false);
    });
    outgoing.end();
  });
}

function messageHead(answer: IncomingMessage, headers: readonly string[]): string {
  let text = `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n`;
  for (let i = 0; i + 1 < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return `${text}\r\n`;
}

function join(client: Duplex, upstream: Duplex): void {
  upstream.on('error', () => client.destroy());
  upstream.on('close', () => client.destroy());
  client.on('close', () => upstream.destroy());
  client.pipe(upstream);
  upstream.pipe(client);
}
