import { LIMITS } from '../config/limits.ts';
import type { Document } from '../fleet/document.ts';
import type { FleetControl } from '../fleet/fleet.ts';
import type { ChangeMarker, RuleBook } from '../rules/rule-book.ts';
import type { RuleDocument } from '../rules/rule-document.ts';
import type { Logger } from '../telemetry/logger.ts';
import { allocateRevision } from './allocate-revision.ts';
import { awaitSettled } from './await-settled.ts';
import { createChangeSignal } from './change-signal.ts';
import type { UploadCheck } from './check-upload.ts';
import { deployModule } from './deploy-module.ts';
import { viewNode } from './node-view.ts';
import { PipelineError } from './pipeline-error.ts';
import type { PipelineMetrics } from './pipeline-metrics.ts';
import type { ReleaseRecord } from './release.ts';
import { revisionNumber } from './release.ts';
import type { ReleaseStore } from './release-store.ts';
import { viewRelease } from './release-view.ts';
import type { NodeView, Releases, ReleaseView } from './releases.ts';
import { removeModule } from './remove-module.ts';
import { rollBack } from './roll-back.ts';
import { syncVersions } from './sync-versions.ts';

export interface ReleasesDeps {
  readonly store: ReleaseStore;
  readonly fleet: FleetControl;
  readonly book: Pick<RuleBook, 'restore'>;
  /** The shared rule document: kill switch and revision counter. */
  readonly document: Document<RuleDocument>;
  readonly marker: ChangeMarker;
  readonly checkUpload: UploadCheck;
  readonly metrics: PipelineMetrics;
  readonly log: Logger;
  readonly now: () => number;
}

/** Releases as the HTTP API and the CLI see them; `close` ends the subscriptions. */
export async function createReleases(
  deps: ReleasesDeps,
): Promise<Releases & { close(): Promise<void> }> {
  const { store, fleet, document, metrics, now } = deps;
  const changes = createChangeSignal();
  const unwatch = await fleet.desired.watch(() => changes.notify());
  const stops = [
    fleet.onReport(() => changes.notify()),
    fleet.onAcknowledgement((ack) => {
      if (ack.status === 'NACK') metrics.rejectedByNode(ack.module);
      else metrics.publishToActive(ack.module, ack.publish_to_active_ms / 1_000);
      changes.notify();
    }),
  ];
  const publishing = { ...deps, allocateRevision: () => allocateRevision(document) };

  return {
    async list(limit) {
      const [records, reports] = await Promise.all([store.latest(limit), fleet.nodes()]);
      return Promise.all(records.map((record) => view(record, reports)));
    },
    get,
    settled,
    async deployModule(upload) {
      const { revision } = await deployModule(upload, publishing);
      return settled(revision, upload.timeoutMs);
    },
    async rollback(request) {
      const revision = await rollBack(request, { ...publishing, isKillSwitchEngaged });
      return settled(revision, LIMITS.reload.timeout_ms);
    },
    syncVersions: (timeoutMs) => syncVersions(timeoutMs, { nodes, fleet, changes, now }),
    nodes,
    async modules() {
      const modules = Object.values((await fleet.desired.read())?.value.modules ?? {});
      return modules.sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1));
    },
    removeModule: (removal) => removeModule(removal, { ...deps, changes }),
    async close() {
      for (const stop of stops) stop();
      await unwatch();
    },
  };

  async function get(revision: string): Promise<ReleaseView | undefined> {
    const record = await store.record(revision);
    return record && view(record, await fleet.nodes());
  }

  async function view(
    record: ReleaseRecord,
    reports: Awaited<ReturnType<FleetControl['nodes']>>,
  ): Promise<ReleaseView> {
    const runs = record.outcome === 'unchanged' && record.previous !== null;
    const carrier = (runs && (await store.record(record.previous))) || record;
    const sent = carrier.outcome === 'published';
    const acks = sent ? await fleet.acknowledgements(carrier.revision) : [];
    return viewRelease(record, { carrier, acks, reports });
  }

  async function settled(revision: string, timeoutMs: number): Promise<ReleaseView> {
    const promised = (await document.read())?.value.revisions.last ?? 0;
    // NaN, for a text that is no revision, fails this too.
    if (!(revisionNumber(revision) <= promised)) {
      const text = `there is no release ${revision}`;
      throw new PipelineError('WAF_ERR_RELEASE_UNKNOWN', 'unknown', text);
    }
    return awaitSettled(revision, timeoutMs, { get, changes, now });
  }

  async function nodes(): Promise<readonly NodeView[]> {
    const [reports, desired] = await Promise.all([fleet.nodes(), fleet.desired.read()]);
    return reports.map((report) => viewNode(report, desired?.value, now()));
  }

  async function isKillSwitchEngaged(): Promise<boolean> {
    return (await document.read())?.value.kill_switch.engaged ?? false;
  }
}
