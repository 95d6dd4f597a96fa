import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { findTool } from '../../../src/launcher/find-tool.ts';

/** A server in a process of its own, which is all of it. */
export interface ServerProcess {
  readonly port: number;
  /** Processor time used so far, user and system, in seconds; null where that is not known. */
  cpuSeconds(): number | null;
  close(): void;
}

export interface Command {
  readonly path: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Servers under test have the first core for themselves; load and upstream share the second. */
export type Core = 'server' | 'load';

/** Starts a server and waits until it listens. Without `port`, it prints its port on a line. */
export async function startServer(
  command: Command,
  core: Core,
  port?: number,
): Promise<ServerProcess> {
  const child = start(command, core);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${command.path} ended with ${code}`)));
  });
  failed.catch(() => {});
  const listening = port === undefined ? printedPort(child) : accepting(port).then(() => port);
  const found = await Promise.race([listening, failed]);
  const closeWithUs = () => child.kill('SIGKILL');
  process.once('exit', closeWithUs);
  return {
    port: found,
    cpuSeconds: () => cpuSecondsOf(child.pid!),
    close() {
      process.off('exit', closeWithUs);
      child.kill('SIGKILL');
    },
  };
}

/** Runs a command on the given core, when there are several and `taskset` can choose. */
export function pinned({ path, args, env }: Command, core: Core): Command {
  const taskset = findTool('taskset');
  if (taskset === undefined || availableParallelism() < 2)
    return { path, args, ...(env && { env }) };
  const number = core === 'server' ? '0' : '1';
  return { path: taskset.path, args: ['-c', number, path, ...args], ...(env && { env }) };
}

function start(command: Command, core: Core): ChildProcess {
  const { path, args, env } = pinned(command, core);
  return spawn(path, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
}

function printedPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve) =>
    child.stdout!.once('data', (line: Buffer) => resolve(Number(line))),
  );
}

async function accepting(port: number): Promise<void> {
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ port, host: '127.0.0.1' });
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A port that was free a moment ago, for servers that cannot choose one themselves. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** What Linux counts processor time in for programs, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100;

function cpuSecondsOf(pid: number): number | null {
  try {
    // The name, in brackets, may hold spaces; what follows it is field 3 onwards.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(stat[11]) + Number(stat[12])) / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}
