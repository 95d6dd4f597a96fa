import type { NodeSettings } from '../../config/settings.ts';
import { NodeError } from '../node-error.ts';
import { UpstreamPool } from './upstream-pool.ts';
import { addressOf } from './upstream-socket.ts';

/** The service behind the node, as a pool of keep-alive connections. */
export interface Upstream {
  readonly url: URL;
  readonly pool: UpstreamPool;
}

/** Connects nothing yet; the first request does. */
export function createUpstream(settings: Pick<NodeSettings, 'upstream' | 'proxy'>): Upstream {
  const url = parseUpstream(settings.upstream);
  const { proxy } = settings;
  const pool = new UpstreamPool({
    address: addressOf(url),
    connections: proxy.upstream_connections,
    connectMs: proxy.upstream_connect_timeout_ms,
    silenceMs: proxy.upstream_timeout_ms,
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
