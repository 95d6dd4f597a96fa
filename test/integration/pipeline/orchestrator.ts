import { join } from 'node:path';
import { createArchive } from '../../../src/artifact/archive/create-archive.ts';
import { readArtifact } from '../../../src/artifact/read-artifact.ts';
import { generateSigningKey, trustOf } from '../../../src/artifact/signing-key.ts';
import type { ArchiveSettings, NatsSettings, Settings } from '../../../src/config/settings.ts';
import { connectFleet } from '../../../src/fleet/connect-fleet.ts';
import type { FleetControl } from '../../../src/fleet/fleet.ts';
import { createFleetControl } from '../../../src/fleet/fleet-control.ts';
import { createCompileThread } from '../../../src/pipeline/compile-thread.ts';
import { createReloadQueue } from '../../../src/pipeline/queue.ts';
import { startPipeline } from '../../../src/pipeline/start-pipeline.ts';
import { createTrial } from '../../../src/pipeline/trial.ts';
import { createRuleBook } from '../../../src/rules/create-rule-book.ts';
import type { Accepted, Origin } from '../../../src/rules/rule-book.ts';
import type { RuleDocument } from '../../../src/rules/rule-document.ts';
import { redisSettings, silentLog, silentMetrics } from './fixtures.ts';

export interface OrchestratorOptions {
  readonly nats: NatsSettings;
  readonly redisUrl: string;
  /** Folder of the archive. */
  readonly folder: string;
  /** Limiter of the normal lane. */
  readonly seconds: number;
  /** Wraps the fleet, e.g. to die at a certain call. */
  readonly wrapFleet?: (fleet: FleetControl) => FleetControl;
}

export const HTTP: Origin = { actor: 'tester', source: 'http' };
const WAF = { thresholds: {}, on_budget: 'block', max_steps: 1_000_000 } as const;

/** Rule book and pipeline of one orchestrator, on real servers, without HTTP. */
export async function startOrchestrator(options: OrchestratorOptions) {
  const { nats, seconds } = options;
  const connection = await connectFleet(nats, { name: 'orchestrator', log: silentLog });
  const control = await createFleetControl(connection, nats);
  const fleet = options.wrapFleet?.(control) ?? control;
  const document = await fleet.document<RuleDocument>('rules', 'rules');
  const signingKey = generateSigningKey();
  const thread = createCompileThread({ signingKey, log: silentLog });
  const queue = createReloadQueue(redisSettings(options.redisUrl, nats.bucket_prefix), {
    maxFrequencySeconds: seconds,
    log: silentLog,
    metrics: silentMetrics,
  });
  const book = await createRuleBook({
    document,
    staticRules: { list: () => [] },
    trial: createTrial(thread),
    marker: queue,
    settings: { waf: WAF, dynamicRules: ANYTHING },
    now: Date.now,
    log: silentLog,
  });
  const archive = { kind: 'filesystem', dir: join(options.folder, 'archive') } as ArchiveSettings;
  const pipeline = await startPipeline({
    settings: pipelineSettings(seconds),
    fleet,
    book,
    document,
    queue,
    thread,
    artifacts: createArchive(archive),
    configs: createArchive(archive, 'json.gz'),
    wafConfig: { write: async () => undefined },
    trustedKeys: trustOf(signingKey),
    metrics: silentMetrics,
    log: silentLog,
    now: Date.now,
  });
  return {
    book,
    fleet,
    queue,
    document,
    releases: pipeline.releases,
    async close() {
      await pipeline.close();
      await book.close();
      await fleet.close();
    },
  };
}

export type Orchestrator = Awaited<ReturnType<typeof startOrchestrator>>;

/** Submits rules that must be accepted, and returns the promised revision. */
export async function accept(orchestrator: Orchestrator, ...ids: string[]): Promise<string> {
  const answer = await orchestrator.book.submit(JSON.stringify(ids.map(shortRule)), HTTP);
  if (!answer.ok) throw new Error(JSON.stringify(answer.diagnostics));
  return `v${(answer as Accepted).revision}`;
}

/** Stores a rule as an orchestrator does that dies before it can mark or release it. */
export async function storeRule(nats: NatsSettings, id: string): Promise<void> {
  const connection = await connectFleet(nats, { name: 'orchestrator', log: silentLog });
  const fleet = await createFleetControl(connection, nats);
  const book = await createRuleBook({
    document: await fleet.document<RuleDocument>('rules', 'rules'),
    staticRules: { list: () => [] },
    trial: { check: async () => [] },
    marker: { mark: async () => undefined },
    settings: { waf: WAF, dynamicRules: ANYTHING },
    now: Date.now,
    log: silentLog,
  });
  const answer = await book.submit(JSON.stringify(shortRule(id)), HTTP);
  if (!answer.ok) throw new Error(JSON.stringify(answer.diagnostics));
  await book.close();
  await fleet.close();
}

function shortRule(id: string) {
  return { id, field: 'URI', pattern: `/${id}`, action: 'block' };
}

/** What every node should run: revision, rule ids and modes, read out of the stored artifact. */
export async function desiredRules({ fleet }: Pick<Orchestrator, 'fleet'>) {
  const assignment = (await fleet.desired.read())?.value.modules['universal-waf']?.assignments.at(
    -1,
  );
  if (assignment === undefined) return null;
  const bytes = await fleet.artifacts.get(assignment.digest, 20_000_000);
  const artifact = readArtifact(bytes ?? new Uint8Array());
  if (artifact.kind !== 'secbeat') throw new Error('not an artifact of ours');
  const { rules } = artifact.manifest;
  return {
    revision: assignment.revision,
    rules: rules.map(({ id }) => id),
    modes: [...new Set(rules.map(({ mode }) => mode))],
  };
}

/** Resolves when the desired rules satisfy `wanted`; looks at every change of the desired state. */
export async function untilDesired(
  orchestrator: Pick<Orchestrator, 'fleet'>,
  wanted: (desired: NonNullable<Awaited<ReturnType<typeof desiredRules>>>) => boolean,
): Promise<void> {
  let stop: (() => Promise<void>) | undefined;
  await new Promise<void>((resolve, reject) => {
    const look = async () => {
      const desired = await desiredRules(orchestrator);
      if (desired !== null && wanted(desired)) resolve();
    };
    orchestrator.fleet.desired
      .watch(() => look().catch(reject))
      .then((unwatch) => {
        stop = unwatch;
      }, reject);
  });
  await stop?.();
}

const ANYTHING = {
  enabled: true,
  min_confidence: 0,
  max_active_rules: 10_000,
  default_ttl_seconds: 3_600,
  auto_deploy: true,
};

function pipelineSettings(seconds: number): Pick<Settings, 'waf' | 'signing'> {
  return {
    waf: {
      ...WAF,
      wasm: {
        module: 'universal-waf.wasm',
        hot_reload_enabled: true,
        keep_previous_versions: 2,
        validate_before_reload: true,
        fuel_limit: 100_000,
        reload: { auto_reload_on_file_change: false, max_reload_frequency_seconds: seconds },
      },
    },
    signing: { private_key_file: '', trusted_key_files: [], required: true },
  };
}
