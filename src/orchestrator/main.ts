import type { FastifyInstance } from 'fastify';
import { createArchive } from '../artifact/archive/create-archive.ts';
import type { Settings } from '../config/settings.ts';
import { connectFleet } from '../fleet/connect-fleet.ts';
import { createFleetControl } from '../fleet/fleet-control.ts';
import { createFleetLearning, type FleetLearning } from '../fleet/fleet-learning.ts';
import { createCompileThread } from '../pipeline/compile-thread.ts';
import { createReloadQueue } from '../pipeline/queue.ts';
import { startPipeline } from '../pipeline/start-pipeline.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { RuleDocument } from '../rules/rule-document.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createMetricsRegistry, renderMetrics } from '../telemetry/metrics-registry.ts';
import { createPipelineMetrics } from '../telemetry/pipeline-metrics.ts';
import { createApp } from './app.ts';
import { createForeignCommands } from './foreign-commands.ts';
import { openRules } from './open-rules.ts';
import { prepareSigning } from './signing.ts';

export interface RunningOrchestrator {
  /** Base URL of the HTTP API. */
  readonly url: string;
  /** Finishes requests and the release that is being made, then lets go of everything. */
  close(): Promise<void>;
}

const REQUESTS_MAY_TAKE_MS = 1_500;

/**
 * Runs the control plane: joins the rule book, the pipeline and the fleet, and serves the HTTP API.
 * Waits for NATS as long as it takes; Redis may come later. Rejects for settings that cannot work.
 */
export async function runOrchestrator(
  settings: Settings,
  log: Logger,
): Promise<RunningOrchestrator> {
  const now = Date.now;
  const registry = createMetricsRegistry();
  const metrics = createPipelineMetrics(registry);
  const signing = await prepareSigning(settings.signing);
  // Its start takes a moment, in which NATS is connected.
  const thread = createCompileThread({ signingKey: signing.key, log });
  const options = { name: 'orchestrator', log, waitOnFirstConnect: true };
  const connection = await connectFleet(settings.nats, options);
  const [fleet, learning] = await Promise.all([
    createFleetControl(connection, settings.nats),
    createFleetLearning(connection, settings.nats, settings.events),
  ]);
  const document = await fleet.document<RuleDocument>('rules', 'rules');
  const { reload } = settings.waf.wasm;
  const queue = createReloadQueue(settings.redis, {
    maxFrequencySeconds: reload.max_reload_frequency_seconds,
    log,
    metrics,
  });
  const rules = await openRules(settings, { document, thread, marker: queue, now, log });
  const pipeline = await startPipeline({
    ...rules,
    settings,
    fleet,
    document,
    queue,
    thread,
    artifacts: createArchive(settings.archive),
    configs: createArchive(settings.archive, 'json'),
    trustedKeys: signing.trustedKeys,
    metrics,
    log,
    now,
  });
  const app = await createApp({
    settings,
    book: rules.book,
    releases: pipeline.releases,
    feedback: learning.feedback,
    candidates: learning.candidates,
    ruleDocument: async () => (await document.read())?.value,
    connections: () => ({ nats: { ...fleet.status() }, redis: { connected: queue.connected() } }),
    metrics: () => renderMetrics(registry),
    log,
    now,
  });
  const stopCommands = obeyCommands(settings, learning, rules.book, { now, log });
  const { host, port } = settings.orchestrator;
  const url = await app.listen({ host, port });
  announce(settings, url, log);

  return {
    url,
    async close() {
      stopCommands();
      await closeWithin(app, REQUESTS_MAY_TAKE_MS);
      await pipeline.close();
      await rules.close();
      await fleet.close();
      log.info('orchestrator stopped');
    },
  };
}

/** Other programs may have addresses blocked only when the settings say so. */
function obeyCommands(
  { events }: Settings,
  learning: FleetLearning,
  book: RuleBook,
  { now, log }: { readonly now: () => number; readonly log: Logger },
): () => void {
  if (!events.accept_commands) return () => {};
  const obey = createForeignCommands({ book, perMinute: events.commands_per_minute, now, log });
  return learning.onForeignCommand((command) => void obey(command));
}

/** Requests that wait for nodes are cut off in the end; what they have begun goes on without them. */
async function closeWithin(app: FastifyInstance, ms: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), ms);
  await app.close();
  clearTimeout(timer);
}

function announce({ auth }: Settings, url: string, log: Logger): void {
  log.info({ url }, 'orchestrator ready');
  if (auth.keys.length > 0) return;
  log.warn(
    'no API key is configured, so every request but /health, /ready and /metrics is refused: set ORCHESTRATOR_API_KEY or [auth] keys',
  );
}
