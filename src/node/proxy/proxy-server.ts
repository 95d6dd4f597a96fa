import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NodeError } from '../node-error.ts';
import { Exchange } from './exchange.ts';
import type { OpenWork } from './open-work.ts';
import type { ProxyDeps } from './proxy-deps.ts';
import { type Refusal, refuse, refuseOnSocket } from './refusal.ts';
import { upgrade } from './upgrade.ts';

export interface ProxyServer {
  readonly port: number;
  /**
   * Stops accepting, lets requests under way finish for at most `graceMs`, then cuts what is left.
   * Does not close the upstream.
   */
  close(graceMs: number): Promise<void>;
}

const SWEEP_MS = 50;

/** Starts the reverse proxy on `host:port` (port 0: any free one). */
export async function startProxyServer(
  deps: ProxyDeps,
  host: string,
  port: number,
): Promise<ProxyServer> {
  const { proxy } = deps.settings;
  const server = createServer({
    maxHeaderSize: proxy.max_header_bytes,
    headersTimeout: proxy.client_timeout_ms,
    // Bodies have an idle limit of their own; a total one would cut long uploads.
    requestTimeout: 0,
    keepAliveTimeout: proxy.keep_alive_timeout_ms,
    // How often the limits above are enforced.
    connectionsCheckingInterval: Math.max(100, Math.min(5_000, proxy.client_timeout_ms / 2)),
    noDelay: true,
  });
  // Node would drop further headers silently; admission refuses them instead.
  server.maxHeadersCount = 0;
  const open: OpenWork = { exchanges: new Set(), tunnels: new Set(), draining: false };
  serve(server, deps, open);
  await listen(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: (graceMs) => close(server, open, graceMs),
  };
}

function serve(server: Server, deps: ProxyDeps, open: OpenWork): void {
  const { tunnels } = open;
  const exchange = (request: IncomingMessage, response: ServerResponse) =>
    new Exchange(deps, request, response, open);
  server.on('request', (request, response) => exchange(request, response).run(false));
  server.on('checkContinue', (request, response) => exchange(request, response).run(true));
  server.on('checkExpectation', (request, response) => {
    deps.counters.unparsed();
    const id = deps.requestId(undefined, false);
    refuse(request, response, { status: 417, error: 'expectation_failed' }, id);
  });
  server.on('upgrade', (request, socket, head) => {
    tunnels.add(socket);
    socket.once('close', () => tunnels.delete(socket));
    upgrade(deps, request, socket, head).catch((error: unknown) => {
      deps.log.error({ err: error }, 'upgrade failed');
      socket.destroy();
    });
  });
  server.on('connect', (_request, socket) => {
    deps.counters.unparsed();
    const refusal = { status: 405, error: 'connect_not_supported' };
    refuseOnSocket(socket, refusal, deps.requestId(undefined, false));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    deps.counters.unparsed();
    refuseOnSocket(socket, refusalFor(error.code), deps.requestId(undefined, false));
  });
}

function refusalFor(code: string | undefined): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return { status: 431, error: 'headers_too_large' };
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { status: 408, error: 'request_timeout' };
  return { status: 400, error: 'malformed_request' };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `cannot listen on ${host}:${port}: ${cause.message}`;
      reject(new NodeError('WAF_ERR_NODE_LISTEN', message, { cause }));
    });
    server.listen({ host, port, backlog: 1024 }, () => resolve());
  });
}

function close(server: Server, open: OpenWork, graceMs: number): Promise<void> {
  open.draining = true;
  // Their connections are about to go.
  for (const exchange of open.exchanges) exchange.closeAfterwards();
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    // A connection whose last response has gone out is idle, and nothing else would close it soon.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      resolve();
    });
    for (const tunnel of open.tunnels) tunnel.destroy();
  });
}
