import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';

/** `secbeat node` */
export function node(parent: Command, terminal: Terminal): void {
  parent
    .command('node')
    .description('Run a mitigation node in this process, until SIGTERM.')
    .option('--config <file>', 'settings file; default SECBEAT_CONFIG or config/secbeat.toml')
    .option('--json', 'has no effect: the log is JSON already')
    .action(async ({ config }: { config?: string }) => {
      const { serveNode } = await import('../serve.ts');
      await serveNode(config, terminal);
    });
}
