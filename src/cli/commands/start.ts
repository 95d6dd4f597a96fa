import { type Command, InvalidArgumentError } from 'commander';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly basePort?: number;
  readonly json?: boolean;
}

/** `secbeat start` */
export function start(parent: Command, _terminal: Terminal): void {
  parent
    .command('start')
    .description(
      'Run everything on this machine: Redis, NATS, orchestrator, three nodes, an upstream.',
    )
    .option('--base-port <port>', 'first port; default SECBEAT_BASE_PORT or 8000', parsePort)
    .option('--json', 'print one JSON object a line')
    .action(async ({ basePort, json = false }: Options) => {
      const { startLocal } = await import('../../launcher/start-local.ts');
      await startLocal({ json, ...(basePort === undefined ? {} : { basePort }) });
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError('It is a port number.');
}
