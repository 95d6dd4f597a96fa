import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LauncherError } from './launcher-error.ts';
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

/** What the operating system allows, on macOS; Linux allows a few more. */
const MAX_SOCKET_BYTES = 100;

/**
 * Redis on a Unix socket inside `dataFolder`, or in a private temporary folder where that path would be
 * too long. Throws `WAF_ERR_LAUNCHER_ALREADY_RUNS` when a Redis answers there: two on the same data
 * would destroy it.
 */
export async function managedRedis(dataFolder: string): Promise<ManagedServer> {
  const near = join(dataFolder, 'redis.sock');
  const isShort = Buffer.byteLength(near) <= MAX_SOCKET_BYTES;
  if (isShort && (await accepts(near))) {
    throw new LauncherError(
      'WAF_ERR_LAUNCHER_ALREADY_RUNS',
      `Another local fleet runs on the data in ${dataFolder}. Stop it first.`,
    );
  }
  const folder = isShort ? dataFolder : mkdtempSync(join(tmpdir(), 'secbeat-'));
  const socket = join(folder, 'redis.sock');
  return {
    service: { name: 'redis', start: () => startRedisServer({ dataFolder, socket }) },
    // Percent-encoded, as a folder may have spaces.
    url: () => pathToFileURL(socket).href.replace('file:', 'unix:'),
    cleanUp() {
      if (!isShort) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether something listens on the socket. */
function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => resolve(false));
  });
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
