import type { Duplex } from 'node:stream';
import type { Exchange } from './exchange.ts';

/** What has to end before the server is closed. */
export interface OpenWork {
  readonly exchanges: Set<Exchange>;
  readonly tunnels: Set<Duplex>;
  draining: boolean;
}
