import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNatsServer } from '../src/launcher/nats-server.ts';
import { startRedisServer } from '../src/launcher/redis-server.ts';

export interface TestServer {
  readonly url: string;
  /** Stops the server in an orderly way and starts it again on the same address and data. */
  restart(): Promise<void>;
  /** SIGKILL, as in a crash; `start()` brings it back. */
  kill(): Promise<void>;
  /** Starts it again on the same address and data, after `kill()` or `stop()`. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A real Redis of its own on a Unix socket, url `unix:///…`. Ends with the test process. */
export async function startRedis(): Promise<TestServer> {
  const folder = temporaryFolder();
  const socket = join(folder, 'redis.sock');
  const run = () => startRedisServer({ dataFolder: join(folder, 'data'), socket });
  return serverOver(`unix://${socket}`, await run(), run);
}

/** A real NATS server of its own with JetStream on a free loopback port. Ends with the test process. */
export async function startNats(): Promise<TestServer> {
  const dataFolder = temporaryFolder();
  const first = await startNatsServer({ dataFolder });
  const run = async () => (await startNatsServer({ dataFolder, port: first.port })).process;
  return serverOver(first.url, first.process, run);
}

type Process = Awaited<ReturnType<typeof startRedisServer>>;

function serverOver(url: string, first: Process, run: () => Promise<Process>): TestServer {
  let process = first;
  const stop = async () => {
    await process.stop();
  };
  const start = async () => {
    process = await run();
  };
  return {
    url,
    stop,
    start,
    async kill() {
      process.signal('KILL');
      await process.exited;
    },
    async restart() {
      await stop();
      await start();
    },
  };
}

/** A loopback port that was free a moment ago; prefer port 0 where the listener can report it. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

const folders: string[] = [];

/** A new empty folder with a short path, removed when the test process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sb-'));
  if (folders.push(folder) === 1) {
    process.once('exit', removeFolders);
    // The test runner ends its processes with SIGTERM, which by default skips the exit event.
    process.once('SIGTERM', () => process.exit(143));
  }
  return folder;
}

function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
