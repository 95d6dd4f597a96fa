import type { Archive } from '../artifact/archive/archive.ts';
import type { TrustedKeys } from '../artifact/signing-key.ts';
import type { Settings } from '../config/settings.ts';
import type { Document } from '../fleet/document.ts';
import type { FleetControl } from '../fleet/fleet.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { RuleDocument } from '../rules/rule-document.ts';
import type { Logger } from '../telemetry/logger.ts';
import { allocateRevision } from './allocate-revision.ts';
import { createUploadCheck } from './check-upload.ts';
import type { CompileThread } from './compile-thread.ts';
import { createReleases } from './create-releases.ts';
import type { PipelineMetrics } from './pipeline-metrics.ts';
import type { ReloadQueue } from './queue.ts';
import { createReconciler } from './reconcile.ts';
import type { ReleaseRecord } from './release.ts';
import { createReleaseStore } from './release-store.ts';
import type { ReleaseWorkerDeps } from './release-worker.ts';
import { createReleaseWorker } from './release-worker.ts';
import type { Releases } from './releases.ts';

export interface PipelineParts {
  readonly settings: Pick<Settings, 'waf' | 'signing'>;
  readonly fleet: FleetControl;
  /** Its trial is `createTrial(thread)`, its marker is `queue`. */
  readonly book: RuleBook;
  /** The same shared document that the book writes. */
  readonly document: Document<RuleDocument>;
  readonly queue: ReloadQueue;
  readonly thread: CompileThread;
  readonly artifacts: Archive;
  /** A second archive, for the rules that artifacts were built from. */
  readonly configs: Archive;
  readonly wafConfig: ReleaseWorkerDeps['wafConfig'];
  /** Keys whose artifacts nodes run unmetered. */
  readonly trustedKeys: TrustedKeys;
  readonly metrics: PipelineMetrics;
  readonly log: Logger;
  readonly now: () => number;
}

export interface Pipeline {
  readonly releases: Releases;
  /** Finishes the release that is being made; closes the queue and the thread, not the fleet. */
  close(): Promise<void>;
}

const TICK_MS = 5_000;

/** Joins worker, queue, reconciler and releases, and starts them. */
export async function startPipeline(parts: PipelineParts): Promise<Pipeline> {
  const { settings, fleet, document, queue, thread, artifacts, configs, log } = parts;
  const records = await fleet.records<ReleaseRecord>('releases');
  const store = createReleaseStore({ records, objects: fleet.artifacts, artifacts, configs });
  const worker = createReleaseWorker({
    ...parts,
    store,
    allocateRevision: () => allocateRevision(document),
  });
  const limiterMs = settings.waf.wasm.reload.max_reload_frequency_seconds * 1_000;
  const reconciler = createReconciler({
    ...parts,
    store,
    release: () => worker.run(),
    overdueMs: limiterMs + TICK_MS,
  });
  const releases = await createReleases({
    ...parts,
    store,
    marker: queue,
    checkUpload: createUploadCheck({
      trustedKeys: parts.trustedKeys,
      signatureRequired: settings.signing.required,
      fuelLimit: settings.waf.wasm.fuel_limit,
    }),
  });
  queue.work(() => worker.run());
  const starting = reconciler.start().catch((error) => log.error({ err: error }, 'reconcile'));
  let ticking: Promise<unknown> = starting;
  const timer = setInterval(() => {
    ticking = ticking
      .then(() => reconciler.tick())
      .catch((error) => log.warn({ err: error }, 'reconcile'));
  }, TICK_MS);
  timer.unref();

  return {
    releases,
    async close() {
      clearInterval(timer);
      await Promise.all([queue.close(), ticking]);
      await Promise.all([releases.close(), thread.close()]);
    },
  };
}
