import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { entryPoint } from '../../../src/config/entry-point.ts';
import { packagePath } from '../../../src/config/package-root.ts';
import {
  type LocalPorts,
  localPorts,
  requireFreePorts,
} from '../../../src/launcher/local-ports.ts';
import { forEachLine } from '../../../src/launcher/output-tail.ts';

/** A `secbeat start --json` of its own process, as a person would run it. */
export interface LocalFleetProcess {
  readonly process: ChildProcess;
  readonly ports: LocalPorts;
  readonly apiKey: string;
  /** Where something of it listens: ports on the loopback interface and the socket of Redis. */
  readonly listeners: readonly (number | string)[];
  /** Process id that a program of the fleet logged last. */
  pidOf(program: string): number | undefined;
  /** Resolves at the first line, from now on, that contains `text`. */
  sees(text: string): Promise<string>;
}

/** A base port whose ports are all free, below those that the system gives to outgoing connections. */
export async function freeBasePort(): Promise<number> {
  while (true) {
    const base = 10_000 + Math.floor(Math.random() * 20_000);
    const free = await requireFreePorts(localPorts(base)).then(
      () => true,
      () => false,
    );
    if (free) return base;
  }
}

/** Starts it in `folder` and waits until it says that it runs. */
export async function startFleetProcess(folder: string, base: number): Promise<LocalFleetProcess> {
  const { execArgv } = entryPoint(import.meta.url, 'main');
  const args = [packagePath('src/cli/main.ts'), 'start', '--json', '--base-port', String(base)];
  const env = {
    ...process.env,
    SECBEAT_ORCHESTRATOR__RULES_DIR: packagePath('rules'),
    SECBEAT_WAF__WASM__RELOAD__MAX_RELOAD_FREQUENCY_SECONDS: '0.1',
  };
  const child = spawn(process.execPath, [...execArgv, ...args], { cwd: folder, env });
  const lines: string[] = [];
  const pids = new Map<string, number>();
  const waiting = new Set<{ text: string; resolve: (line: string) => void }>();
  const onLine = (line: string) => {
    lines.push(line);
    const logged = /"pid":(\d+).*"name":"([\w-]+)"/.exec(line);
    if (logged !== null) pids.set(logged[2] ?? '', Number(logged[1]));
    for (const waiter of waiting) if (line.includes(waiter.text)) waiter.resolve(line);
  };
  forEachLine(child.stdout, onLine);
  forEachLine(child.stderr, onLine);
  const sees = (text: string) => new Promise<string>((resolve) => waiting.add({ text, resolve }));

  const banner = await Promise.race([
    sees('API key: '),
    once(child, 'close').then(() => {
      throw new Error(`it ended by itself:\n${lines.join('\n')}`);
    }),
  ]);
  const { msg } = JSON.parse(banner) as { msg: string };
  const found = (pattern: RegExp) => pattern.exec(msg)?.[1] ?? '';
  const ports = localPorts(base);
  return {
    process: child,
    ports,
    apiKey: found(/API key: (\S+)/),
    listeners: [
      ...[ports.upstream, ports.orchestrator, Number(found(/nats:\/\/127\.0\.0\.1:(\d+)/))],
      ...ports.nodes.flatMap(({ data, admin }) => [data, admin]),
      found(/unix:\/\/(\S+)/),
    ],
    pidOf: (program) => pids.get(program),
    sees,
  };
}

/** Resolves when nothing listens there any more; the suite's time limit bounds the wait. */
export async function allClosed(listeners: LocalFleetProcess['listeners']): Promise<void> {
  for (const listener of listeners) while (await accepts(listener)) await wait(20);
}

function accepts(listener: number | string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket =
      typeof listener === 'number' ? connect(listener, '127.0.0.1') : connect(listener);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
