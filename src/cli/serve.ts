import { ConfigError } from '../config/config-error.ts';
import { loadSettings } from '../config/load-settings.ts';
import type { Settings } from '../config/settings.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { runUntilSignal, type Service } from './run-until-signal.ts';
import type { Terminal } from './terminal.ts';

/** Runs the control plane in this process until a signal ends it. */
export async function serveOrchestrator(file: string | undefined, terminal: Terminal) {
  const { runOrchestrator } = await import('../orchestrator/main.ts');
  await serve(
    file,
    terminal,
    () => 'orchestrator',
    (settings, log) => {
      requireServers(settings);
      return runOrchestrator(settings, log);
    },
  );
}

/** The control plane is nothing without its servers; a node without them serves what it has. */
function requireServers({ nats, redis }: Settings): void {
  const missing = [
    { key: 'nats.url', url: nats.url, variable: 'NATS_URL', example: 'nats://127.0.0.1:4222' },
    { key: 'redis.url', url: redis.url, variable: 'REDIS_URL', example: 'redis://127.0.0.1:6379' },
  ].filter(({ url }) => url === '');
  if (missing.length === 0) return;
  throw new ConfigError(
    missing.map(({ key, variable, example }) => ({
      code: 'WAF_ERR_CONFIG_CONFLICT',
      key,
      origin: 'settings',
      message: 'is not set, and the orchestrator needs it',
      hint: `set ${variable}=${example}; \`npm start\` runs a server of its own on this machine`,
    })),
  );
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
