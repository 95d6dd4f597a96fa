import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach } from 'vitest';
import {
  type ProxyStand,
  RawClient,
  type StandOptions,
  startProxyStand,
  startUpstream,
  type TestUpstream,
} from './proxy-stand.ts';

/** Undone after each test, the last first. */
export const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A proxy in front of an upstream that answers with `handler`, for one test. */
export async function stand(
  handler: Handler,
  options: Omit<StandOptions, 'upstreamUrl'> = {},
): Promise<{ proxy: ProxyStand; upstream: TestUpstream }> {
  const upstream = await startUpstream(handler);
  cleanups.push(() => upstream.close());
  const proxy = await standFor(upstream.url, options);
  return { proxy, upstream };
}

/** A proxy in front of `upstreamUrl`, for one test. */
export async function standFor(
  upstreamUrl: string,
  options: Omit<StandOptions, 'upstreamUrl'> = {},
): Promise<ProxyStand> {
  const proxy = await startProxyStand({ upstreamUrl, ...options });
  cleanups.push(() => proxy.close());
  return proxy;
}

/** A raw connection, for one test. */
export function client(port: number): RawClient {
  const raw = new RawClient(port);
  cleanups.push(() => raw.close());
  return raw;
}

export const ok: Handler = (_request, response) => void response.end('ok');
export const READ = 'GET /r HTTP/1.1\r\nHost: a\r\n\r\n';

/** Lets the event loop turn until `holds`. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}
