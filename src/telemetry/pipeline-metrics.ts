import { Counter, Gauge, Histogram } from 'prom-client';
import { createBoundedLabel, MAX_MODULE_LABELS } from './bounded-label.ts';
import type { MetricsRegistry } from './metrics-registry.ts';

const MAX_CODE_LABELS = 64;

/** The metrics of the release pipeline, as `src/pipeline/pipeline-metrics.ts` asks for them. */
export function createPipelineMetrics(registry: MetricsRegistry) {
  return { ...createReleaseMetrics(registry), ...createConvergenceMetrics(registry) };
}

function createReleaseMetrics(registry: MetricsRegistry) {
  const registers = [registry];
  const markers = new Counter({
    name: 'waf_reload_markers_total',
    help: 'Markers offered to the reload queue; taken="false" when Redis did not answer in time.',
    labelNames: ['lane', 'taken'],
    registers,
  });
  const queueWait = new Histogram({
    name: 'waf_queue_wait_seconds',
    help: 'Time from the oldest change of a release until a worker took it.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60],
    registers,
  });
  const phases = new Histogram({
    name: 'waf_release_phase_seconds',
    help: 'Time of one phase of a release.',
    labelNames: ['phase'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers,
  });
  const releases = new Counter({
    name: 'waf_releases_total',
    help: 'Revisions that were settled.',
    labelNames: ['cause', 'outcome'],
    registers,
  });
  const failures = new Counter({
    name: 'waf_release_failures_total',
    help: 'Worker runs that failed and will be tried again.',
    labelNames: ['code'],
    registers,
  });
  const boundedCode = createBoundedLabel(MAX_CODE_LABELS);

  return {
    marked(lane: string, taken: boolean): void {
      markers.inc({ lane, taken: String(taken) });
    },
    queueWait(seconds: number): void {
      queueWait.observe(seconds);
    },
    releasePhase(phase: string, seconds: number): void {
      phases.observe({ phase }, seconds);
    },
    released(cause: string, outcome: string): void {
      releases.inc({ cause, outcome });
    },
    releaseFailed(code: string): void {
      failures.inc({ code: boundedCode(code) });
    },
  };
}

function createConvergenceMetrics(registry: MetricsRegistry) {
  const registers = [registry];
  const publishToActive = new Histogram({
    name: 'waf_publish_to_active_seconds',
    help: 'Time from the publication of a revision until one node ran it.',
    labelNames: ['module'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300],
    registers,
  });
  const rejections = new Counter({
    name: 'waf_node_rejections_total',
    help: 'Revisions that a node refused.',
    labelNames: ['module'],
    registers,
  });
  const alive = new Gauge({
    name: 'waf_fleet_nodes',
    help: 'Nodes that report.',
    registers,
  });
  const converged = new Gauge({
    name: 'waf_fleet_converged_nodes',
    help: 'Nodes that report and run what desired state asks for.',
    registers,
  });
  const revision = new Gauge({
    name: 'waf_active_revision',
    help: 'Number N of the revision v<N> that is desired.',
    labelNames: ['module'],
    registers,
  });
  const bounded = createBoundedLabel(MAX_MODULE_LABELS);

  return {
    publishToActive(module: string, seconds: number): void {
      publishToActive.observe({ module: bounded(module) }, seconds);
    },
    rejectedByNode(module: string): void {
      rejections.inc({ module: bounded(module) });
    },
    fleet(aliveNodes: number, convergedNodes: number): void {
      alive.set(aliveNodes);
      converged.set(convergedNodes);
    },
    activeRevision(module: string, number: number): void {
      revision.set({ module: bounded(module) }, number);
    },
  };
}
