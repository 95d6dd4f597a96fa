import { createServer } from 'node:net';
import { LauncherError } from './launcher-error.ts';

/** The ports of the local fleet; all follow from one base port. */
export interface LocalPorts {
  readonly upstream: number;
  readonly orchestrator: number;
  /** Status of the generator. */
  readonly generator: number;
  readonly nodes: readonly { readonly data: number; readonly admin: number }[];
}

export const DEFAULT_BASE_PORT = 8000;
export const LOCAL_NODES = 3;

/** Base 8000: upstream 8000, data planes 8001–8003, orchestrator 8080, generator 8081, management 9090–9092. */
export function localPorts(first: number | string): LocalPorts {
  const base = Number(first);
  if (!Number.isInteger(base) || base < 1024 || base > 64_000) {
    throw new LauncherError(
      'WAF_ERR_LAUNCHER_BASE_PORT',
      `The base port must be a whole number from 1024 to 64000, not ${first}.`,
    );
  }
  return {
    upstream: base,
    orchestrator: base + 80,
    generator: base + 81,
    nodes: Array.from({ length: LOCAL_NODES }, (_, index) => ({
      data: base + 1 + index,
      admin: base + 1090 + index,
    })),
  };
}

/** Throws one `WAF_ERR_LAUNCHER_PORT_IN_USE` that names every port which is taken. */
export async function requireFreePorts(ports: LocalPorts): Promise<void> {
  const wanted: [port: number, what: string][] = [
    [ports.orchestrator, 'orchestrator'],
    [ports.generator, 'generator'],
    ...ports.nodes.flatMap(({ data, admin }, index): [number, string][] => [
      [data, `node-${index + 1}, traffic`],
      [admin, `node-${index + 1}, management`],
    ]),
    [ports.upstream, 'demo upstream'],
  ];
  const free = await Promise.all(wanted.map(([port]) => isFree(port)));
  const taken = wanted.filter((_, index) => !free[index]);
  if (taken.length === 0) return;
  const list = taken.map(([port, what]) => `  port ${port} (${what}) is in use`).join('\n');
  throw new LauncherError(
    'WAF_ERR_LAUNCHER_PORT_IN_USE',
    `${list}\nStop what uses it, or choose other ports, e.g. npm start -- --base-port ${otherBase(ports.upstream)}`,
  );
}

/** A base whose ports do not overlap those of `base`. */
function otherBase(base: number): number {
  return base < 40_000 ? base + 10_000 : base - 10_000;
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
