import { loadSettings } from '../config/load-settings.ts';
import type { Settings } from '../config/settings.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { runUntilSignal, type Service } from './run-until-signal.ts';
import type { Terminal } from './terminal.ts';

/** Runs the control plane in this process until a signal ends it. */
export async function serveOrchestrator(file: string | undefined, terminal: Terminal) {
  const { runOrchestrator } = await import('../orchestrator/main.ts');
  await serve(file, terminal, () => 'orchestrator', runOrchestrator);
}

/** Runs a mitigation node in this process until a signal ends it. */
export async function serveNode(file: string | undefined, terminal: Terminal) {
  const { runNode } = await import('../node/main.ts');
  await serve(file, terminal, ({ node }) => node.id, runNode);
}

/** `file`: settings; undefined: what the environment says. */
async function serve(
  file: string | undefined,
  terminal: Terminal,
  nameOf: (settings: Settings) => string,
  start: (settings: Settings, log: Logger) => Promise<Service>,
): Promise<void> {
  const settings = loadSettings({ env: terminal.env, ...(file === undefined ? {} : { file }) });
  const log = createLogger(settings.log, nameOf(settings));
  await runUntilSignal(() => start(settings, log), terminal);
}
