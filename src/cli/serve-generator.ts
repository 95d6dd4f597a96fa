import { randomBytes } from 'node:crypto';
import { ConfigError } from '../config/config-error.ts';
import { loadSettings } from '../config/load-settings.ts';
import type { Settings } from '../config/settings.ts';
import { connectFleet } from '../fleet/connect-fleet.ts';
import { createFleetLearning } from '../fleet/fleet-learning.ts';
import { runGenerator } from '../generator/main.ts';
import { createHttpRuleDoor } from '../generator/online/http-rule-door.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { observationOf, weakObservation } from './observation-of.ts';
import { runUntilSignal } from './run-until-signal.ts';
import type { Terminal } from './terminal.ts';

const QUIET_MS = 3_000;

/** Runs the generator in this process until a signal ends it; with `once` until it has learned once. */
export async function serveGenerator(
  file: string | undefined,
  once: boolean,
  terminal: Terminal,
): Promise<void> {
  const settings = loadSettings({ env: terminal.env, ...(file === undefined ? {} : { file }) });
  requireServers(settings);
  const log = createLogger(settings.log, 'generator');
  if (!once) return runUntilSignal(() => startGenerator(settings, log), terminal);
  const running = await startGenerator(settings, log);
  await running.once(QUIET_MS);
  await running.close();
}

/** Joins the generator with the fleet and with the rule API of the orchestrator. */
async function startGenerator(settings: Settings, log: Logger) {
  const { nats, events, generator } = settings;
  const options = { name: 'generator', log, waitOnFirstConnect: true };
  const connection = await connectFleet(nats, options);
  const learning = await createFleetLearning(connection, nats, events);
  // A place of its own for each start: what is normal is learned anew from the events that are kept.
  const name = `generator-${randomBytes(6).toString('hex')}`;
  const from = Date.now() - generator.replay_seconds * 1_000;
  const running = await runGenerator(
    {
      traffic: {
        subscribe(handle) {
          const stop = learning.traffic.subscribe({ name, from }, (batch) =>
            handle(batch.map(observationOf)),
          );
          const stopForeign = events.accept_telemetry
            ? learning.onForeignTelemetry((seen) => void handle([weakObservation(seen)]))
            : () => {};
          return async () => {
            stopForeign();
            await stop();
          };
        },
      },
      feedback: {
        watch: (listener) =>
          learning.feedback.watch(({ request_id: requestId, label, actor, at }) =>
            listener({ requestId, label, actor, at }),
          ),
      },
      candidates: learning.candidates,
      door: createHttpRuleDoor({
        url: generator.orchestrator_url,
        key: generator.orchestrator_key,
      }),
      connected: () => connection.status().connected,
    },
    settings,
    log,
  );
  return {
    ...running,
    async close() {
      await running.close();
      await connection.close();
    },
  };
}

function requireServers({ nats, generator }: Settings): void {
  const missing = [
    { key: 'nats.url', value: nats.url, hint: 'set NATS_URL=nats://127.0.0.1:4222' },
    {
      key: 'generator.orchestrator_key',
      value: generator.orchestrator_key,
      hint: 'set SECBEAT_GENERATOR__ORCHESTRATOR_KEY to a key with the roles read and rules',
    },
  ].filter(({ value }) => value === '');
  if (missing.length === 0) return;
  throw new ConfigError(
    missing.map(({ key, hint }) => ({
      code: 'WAF_ERR_CONFIG_CONFLICT',
      key,
      origin: 'settings',
      message: 'is not set, and the generator needs it',
      hint: `${hint}; \`npm start\` runs a whole fleet on this machine`,
    })),
  );
}
