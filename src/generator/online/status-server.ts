import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RenderedMetrics } from '../../telemetry/metrics-registry.ts';

export interface StatusServer {
  /** e.g. `http://127.0.0.1:8081` */
  readonly url: string;
  close(): Promise<void>;
}

export interface StatusOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly health: () => { readonly ready: boolean; readonly [detail: string]: unknown };
  readonly metrics: () => Promise<RenderedMetrics>;
}

/** `GET /health`, `/ready` and `/metrics`; it tells nothing about single requests, so it needs no key. */
export async function startStatusServer(options: StatusOptions): Promise<StatusServer> {
  const server = createServer({ requestTimeout: 5_000 }, (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const answer = (status: number, type: string, text: string) => {
      response.writeHead(status, { 'content-type': type }).end(text);
    };
    const json = (status: number, body: object) =>
      answer(status, 'application/json', JSON.stringify(body));
    request.resume();
    if (request.method !== 'GET') return json(405, { error: 'only GET' });
    if (pathname === '/health') return json(200, { status: 'ok', ...options.health() });
    if (pathname === '/ready') {
      const health = options.health();
      return json(health.ready ? 200 : 503, health);
    }
    if (pathname !== '/metrics') return json(404, { error: 'no such path' });
    options.metrics().then(
      ({ contentType, text }) => answer(200, contentType, text),
      () => json(500, { error: 'internal error' }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
