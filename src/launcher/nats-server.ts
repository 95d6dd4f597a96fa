import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { requireTool } from './find-tool.ts';
import type { GuardedProcess } from './guarded-process.ts';
import { startServer } from './managed-server.ts';

export interface NatsServer {
  readonly process: GuardedProcess;
  readonly port: number;
  readonly url: string;
}

const LISTENING = /Listening for client connections on \S+:(\d+)/;

/**
 * Starts a NATS server with JetStream on the loopback interface. Without `port` the server takes a
 * free one itself and says which, so no other program can take it in between. (It also offers a file
 * with its ports, but may say that it is ready before that file is there.)
 */
export async function startNatsServer(options: {
  readonly dataFolder: string;
  readonly port?: number;
}): Promise<NatsServer> {
  const { dataFolder, port = -1 } = options;
  mkdirSync(dataFolder, { recursive: true });
  const { process, output } = await startServer({
    name: 'nats-server',
    tool: requireTool('nats-server'),
    cwd: dataFolder,
    readyLine: 'Server is ready',
    args: ['-js', '-sd', join(dataFolder, 'jetstream'), '-a', '127.0.0.1', '-p', String(port)],
  });
  const taken = Number(LISTENING.exec(output.text())?.[1] ?? port);
  return { process, port: taken, url: `nats://127.0.0.1:${taken}` };
}
