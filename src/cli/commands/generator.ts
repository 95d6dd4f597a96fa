import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly config?: string;
  readonly once?: boolean;
}

/** `secbeat generator [--once]` */
export function generator(parent: Command, terminal: Terminal): void {
  parent
    .command('generator')
    .description('Learn rules from the traffic of the fleet and post them, until SIGTERM.')
    .option('--config <file>', 'settings file; default SECBEAT_CONFIG or config/secbeat.toml')
    .option('--once', 'read what traffic there is, learn from it once, and end')
    .option('--json', 'has no effect: the log is JSON already')
    .action(async ({ config, once = false }: Options) => {
      const { serveGenerator } = await import('../serve-generator.ts');
      await serveGenerator(config, once, terminal);
    });
}
