import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';

/** `secbeat orchestrator` */
export function orchestrator(parent: Command, terminal: Terminal): void {
  parent
    .command('orchestrator')
    .description('Run the control plane in this process, until SIGTERM.')
    .option('--config <file>', 'settings file; default SECBEAT_CONFIG or config/secbeat.toml')
    .option('--json', 'has no effect: the log is JSON already')
    .action(async ({ config }: { config?: string }) => {
      const { serveOrchestrator } = await import('../serve.ts');
      await serveOrchestrator(config, terminal);
    });
}
