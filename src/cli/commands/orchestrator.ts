import type { Command } from 'commander';
import { loadSettings } from '../../config/load-settings.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { runUntilSignal } from '../run-until-signal.ts';
import type { Terminal } from '../terminal.ts';

/** `secbeat orchestrator` */
export function orchestrator(parent: Command, terminal: Terminal): void {
  parent
    .command('orchestrator')
    .description('Run the control plane in this process, until SIGTERM.')
    .option('--config <file>', 'settings file; default SECBEAT_CONFIG or config/secbeat.toml')
    .option('--json', 'has no effect: the log is JSON already')
    .action(async ({ config }: { config?: string }) => {
      const settings = loadSettings(config === undefined ? {} : { file: config });
      const log = createLogger(settings.log, 'orchestrator');
      const { runOrchestrator } = await import('../../orchestrator/main.ts');
      await runUntilSignal(() => runOrchestrator(settings, log), terminal);
    });
}
