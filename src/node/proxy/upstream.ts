import { Pool } from 'undici';
import type { NodeSettings } from '../../config/settings.ts';
import { NodeError } from '../node-error.ts';

/** `code` of the error that ends an upgrade which the upstream does not answer. */
export const UPGRADE_TIMEOUT = 'UPGRADE_TIMEOUT';

/** Response headers an upstream may send; larger ones are a 502. */
const MAX_RESPONSE_HEADER_BYTES = 65_536;

/** The service behind the node, as a pool of keep-alive connections. */
export interface Upstream {
  readonly url: URL;
  readonly pool: Pool;
}

/** Connects nothing yet; the first request does. */
export function createUpstream(settings: Pick<NodeSettings, 'upstream' | 'proxy'>): Upstream {
  const url = parseUpstream(settings.upstream);
  const { proxy } = settings;
  const pool = new Pool(url.origin, {
    connections: proxy.upstream_connections > 0 ? proxy.upstream_connections : null,
    pipelining: 1,
    connect: { timeout: proxy.upstream_connect_timeout_ms },
    headersTimeout: proxy.upstream_timeout_ms,
    bodyTimeout: proxy.upstream_timeout_ms,
    maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
  });
  return { url, pool };
}

function parseUpstream(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new NodeError(
      'WAF_ERR_NODE_UPSTREAM_INVALID',
      `node.upstream: '${text}' is not an http:// or https:// URL`,
    );
  }
  return url;
}

const TIMED_OUT: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  UPGRADE_TIMEOUT,
]);

/** 504 when the upstream took too long to answer; 502 for everything else, connecting included. */
export function upstreamFailureStatus(error: unknown): 502 | 504 {
  const code = (error as { code?: string } | null)?.code ?? '';
  return TIMED_OUT.has(code) ? 504 : 502;
}
