import type { Settings } from '../config/settings.ts';
import { createGeneratorMetrics } from '../telemetry/generator-metrics.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createMetricsRegistry, renderMetrics } from '../telemetry/metrics-registry.ts';
import { LifeCycle } from './lifecycle/life-cycle.ts';
import type { CandidateStore, RuleDoor } from './lifecycle/ports.ts';
import { Generator } from './online/generator.ts';
import { lifePolicy } from './online/generator-policy.ts';
import { createLearnThread } from './online/learn-thread.ts';
import type { FeedbackSource, TrafficSource } from './online/ports.ts';
import { startStatusServer } from './online/status-server.ts';
import { createTurns } from './online/turns.ts';
import type { Scorer } from './suspicion/scorer.ts';
import { SuspicionDetector } from './suspicion/suspicion.ts';

/** What the generator is connected with; joined by the process that runs it. */
export interface GeneratorPorts {
  readonly traffic: TrafficSource;
  readonly feedback: FeedbackSource;
  readonly candidates: CandidateStore;
  readonly door: RuleDoor;
  readonly scorers?: readonly Scorer[];
  /** Whether the connections stand. */
  readonly connected: () => boolean;
}

export interface RunningGenerator {
  /** Base URL of `/health`, `/ready` and `/metrics`. */
  readonly url: string;
  /** Reads what traffic there is until none came for `quietMs`, learns from it once, and takes the steps that are due. */
  once(quietMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Runs the generator until it is closed. Everything that changes its state happens in turn. */
export async function runGenerator(
  ports: GeneratorPorts,
  settings: Settings,
  log: Logger,
): Promise<RunningGenerator> {
  const now = Date.now;
  const { generator: own } = settings;
  const registry = createMetricsRegistry();
  const metrics = createGeneratorMetrics(registry);
  const lifeCycle = new LifeCycle({
    store: ports.candidates,
    door: ports.door,
    policy: lifePolicy(settings),
    now,
    log,
    onStep: ({ state }) => metrics.stepped(state),
  });
  const detector = new SuspicionDetector({
    seed: own.seed,
    threshold: own.suspicion_threshold,
    warmUpRequests: own.warm_up_requests,
  });
  const thread = createLearnThread({ log });
  const { scorers = [] } = ports;
  const generator = new Generator({
    ...{ settings: own, detector, lifeCycle, thread, scorers, metrics, now, log },
  });
  const turns = createTurns(log);
  let ready = false;
  let lastBatch = now();

  const advance = async () => {
    await lifeCycle.load();
    await lifeCycle.advance();
    await lifeCycle.save();
    metrics.candidates(countByState(lifeCycle));
    ready = true;
  };
  let learning: Promise<void> | null = null;
  // Learning takes its time in another thread; only what comes out of it takes a turn.
  const learn = (): Promise<void> => {
    learning ??= generator
      .learn()
      .then((found) => turns.take('candidates', async () => void (await generator.propose(found))))
      .catch((err: unknown) => log.warn({ err }, 'learning: tried again later'))
      .finally(() => {
        learning = null;
      });
    return learning;
  };
  await turns.take('candidates', advance);
  const stopFeedback = ports.feedback.watch((word) => {
    void turns.take('feedback', async () => generator.feedback(word));
  });
  const stopTraffic = ports.traffic.subscribe(async (batch) => {
    lastBatch = now();
    await turns.take('traffic', () => generator.observe(batch));
  });
  const timers = [
    setInterval(() => turns.offer('candidates', advance), own.check_seconds * 1_000),
    setInterval(() => void learn(), own.window_seconds * 1_000),
  ];
  const status = await startStatusServer({
    host: own.host,
    port: own.port,
    health: () => ({
      ready: ready && ports.connected(),
      connected: ports.connected(),
      warm: detector.warm,
      learned_from: detector.learned,
      sizes: generator.sizes,
    }),
    metrics: () => renderMetrics(registry),
  });
  log.info({ url: status.url }, 'generator ready');

  return {
    url: status.url,
    async once(quietMs) {
      while (now() - lastBatch < quietMs) await new Promise((resolve) => setTimeout(resolve, 50));
      await learn();
      await turns.take('candidates', advance);
    },
    async close() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all([stopTraffic(), stopFeedback(), status.close()]);
      await turns.take('candidates', () => lifeCycle.save());
      await thread.close();
      log.info('generator stopped');
    },
  };
}

function countByState(lifeCycle: LifeCycle): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of lifeCycle.all()) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
