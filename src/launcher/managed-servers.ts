import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNatsServer } from './nats-server.ts';
import { startRedisServer } from './redis-server.ts';
import type { Service } from './supervise.ts';

/** A server of our own and, once it has started, where it can be reached. */
export interface ManagedServer {
  readonly service: Service;
  url(): string;
  /** Removes what only a running server needs. */
  cleanUp(): void;
}

/** Redis on a Unix socket. The socket has a folder of its own with a short path, for us alone. */
export function managedRedis(dataFolder: string): ManagedServer {
  const folder = mkdtempSync(join(tmpdir(), 'secbeat-'));
  const socket = join(folder, 'redis.sock');
  return {
    service: { name: 'redis', start: () => startRedisServer({ dataFolder, socket }) },
    url: () => `unix://${socket}`,
    cleanUp: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** NATS on a port that the server chooses at its first start and keeps when it is started again. */
export function managedNats(dataFolder: string): ManagedServer {
  let port: number | undefined;
  const start = async () => {
    const server = await startNatsServer({ dataFolder, ...(port === undefined ? {} : { port }) });
    port = server.port;
    return server.process;
  };
  return {
    service: { name: 'nats', start },
    url: () => `nats://127.0.0.1:${port}`,
    cleanUp: () => {},
  };
}
