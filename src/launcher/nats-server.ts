import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { requireTool } from './find-tool.ts';
import type { GuardedProcess } from './guarded-process.ts';
import { startServer } from './managed-server.ts';

export interface NatsServer {
  readonly process: GuardedProcess;
  readonly port: number;
  readonly url: string;
}

/**
 * Starts a NATS server with JetStream on the loopback interface. Without `port` the server picks a
 * free one itself and says which in a ports file, so no other program can take it in between.
 */
export async function startNatsServer(options: {
  readonly dataFolder: string;
  readonly port?: number;
}): Promise<NatsServer> {
  const { dataFolder } = options;
  const portsFolder = join(dataFolder, 'ports');
  rmSync(portsFolder, { recursive: true, force: true });
  mkdirSync(portsFolder, { recursive: true });
  const process = await startServer({
    name: 'nats-server',
    tool: requireTool('nats-server'),
    cwd: dataFolder,
    readyLine: 'Server is ready',
    args: [
      ...['-js', '-sd', join(dataFolder, 'jetstream'), '-a', '127.0.0.1'],
      ...['-p', String(options.port ?? -1), '--ports_file_dir', portsFolder],
    ],
  });
  const port = options.port ?? readPort(portsFolder);
  return { process, port, url: `nats://127.0.0.1:${port}` };
}

function readPort(portsFolder: string): number {
  const [file] = readdirSync(portsFolder);
  if (file === undefined) throw new Error(`nats-server wrote no ports file to ${portsFolder}`);
  const ports = JSON.parse(readFileSync(join(portsFolder, file), 'utf8')) as { nats: string[] };
  return Number(new URL(ports.nats[0] ?? '').port);
}
