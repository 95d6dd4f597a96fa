import { mkdirSync } from 'node:fs';
import { requireTool } from './find-tool.ts';
import type { GuardedProcess } from './guarded-process.ts';
import { startServer } from './managed-server.ts';

/**
 * Starts a Redis that keeps what it is told (append-only file, synced every second, no eviction) and
 * listens on a Unix socket only: no port to collide with, no other user to connect.
 * `socket` must be shorter than about 100 bytes, the limit of the operating system.
 */
export async function startRedisServer(options: {
  readonly dataFolder: string;
  readonly socket: string;
}): Promise<GuardedProcess> {
  mkdirSync(options.dataFolder, { recursive: true });
  const server = await startServer({
    name: 'redis-server',
    tool: requireTool('redis-server'),
    cwd: options.dataFolder,
    readyLine: 'ready to accept connections',
    args: [
      ...['--port', '0', '--unixsocket', options.socket, '--unixsocketperm', '600'],
      ...['--dir', options.dataFolder, '--appendonly', 'yes', '--appendfsync', 'everysec'],
      ...['--maxmemory-policy', 'noeviction', '--save', ''],
    ],
  });
  return server.process;
}
