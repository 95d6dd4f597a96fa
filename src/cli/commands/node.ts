import type { Command } from 'commander';
import { loadSettings } from '../../config/load-settings.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { runUntilSignal } from '../run-until-signal.ts';
import type { Terminal } from '../terminal.ts';

/** `secbeat node` */
export function node(parent: Command, terminal: Terminal): void {
  parent
    .command('node')
    .description('Run a mitigation node in this process, until SIGTERM.')
    .option('--config <file>', 'settings file; default SECBEAT_CONFIG or config/secbeat.toml')
    .option('--json', 'has no effect: the log is JSON already')
    .action(async ({ config }: { config?: string }) => {
      const settings = loadSettings(config === undefined ? {} : { file: config });
      const log = createLogger(settings.log, settings.node.id);
      const { runNode } = await import('../../node/main.ts');
      await runUntilSignal(() => runNode(settings, log), terminal);
    });
}
