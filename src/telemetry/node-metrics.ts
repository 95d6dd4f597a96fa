import { Counter, Gauge, Histogram } from 'prom-client';
import { createBoundedLabel, MAX_MODULE_LABELS } from './bounded-label.ts';
import { createDocumentedMetrics } from './documented-metrics.ts';
import { createFleetMetrics } from './fleet-metrics.ts';
import { type MetricsRegistry, type RenderedMetrics, renderMetrics } from './metrics-registry.ts';
import { createTrafficMetrics, type TrafficNumbers } from './traffic-metrics.ts';

interface ReloadAttempt {
  readonly module: string;
  readonly success: boolean;
  readonly seconds: number;
  /** Milliseconds of each phase that was reached. */
  readonly phases: Readonly<Record<string, number | undefined>>;
}

/** The metrics of a mitigation node, as `src/node/node-metrics.ts` asks for them. */
export function createNodeMetrics(registry: MetricsRegistry) {
  const showTraffic = createTrafficMetrics(registry);
  const showDocumented = createDocumentedMetrics(registry);
  const { countReload, showRevision } = createReloadMetrics(registry);
  const drift = new Gauge({
    name: 'waf_node_drift_modules',
    help: 'Modules that do not run what desired state asks for.',
    registers: [registry],
  });
  let readTraffic: (() => Promise<TrafficNumbers>) | undefined;

  return {
    watchTraffic(read: () => Promise<TrafficNumbers>): void {
      readTraffic = read;
    },
    reload: countReload,
    runs: showRevision,
    drift(modules: number): void {
      drift.set(modules);
    },
    fleet: createFleetMetrics(registry),
    async render(): Promise<RenderedMetrics> {
      if (readTraffic !== undefined) {
        const totals = await readTraffic();
        showTraffic(totals);
        showDocumented(totals);
      }
      return renderMetrics(registry);
    },
  };
}

function createReloadMetrics(registry: MetricsRegistry) {
  const registers = [registry];
  const reloads = new Counter({
    name: 'wasm_reload_total',
    help: 'Reload attempts.',
    labelNames: ['module'],
    registers,
  });
  const failures = new Counter({
    name: 'wasm_reload_failures_total',
    help: 'Reload attempts that left the old version serving.',
    labelNames: ['module'],
    registers,
  });
  const seconds = new Histogram({
    name: 'wasm_reload_duration_seconds',
    help: 'Time of a reload from its start to the end of the swap or the failure.',
    labelNames: ['module'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers,
  });
  const phaseSeconds = new Histogram({
    name: 'waf_reload_phase_seconds',
    help: 'Time of one phase of a reload.',
    labelNames: ['phase'],
    buckets: [1e-6, 1e-5, 1e-4, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 30],
    registers,
  });
  const revision = new Gauge({
    name: 'waf_active_revision',
    help: 'Number N of the revision v<N> that is active.',
    labelNames: ['module'],
    registers,
  });
  const bounded = createBoundedLabel(MAX_MODULE_LABELS);

  return {
    countReload(attempt: ReloadAttempt): void {
      const labels = { module: bounded(attempt.module) };
      reloads.inc(labels);
      failures.inc(labels, attempt.success ? 0 : 1);
      seconds.observe(labels, attempt.seconds);
      for (const [phase, milliseconds] of Object.entries(attempt.phases)) {
        if (milliseconds !== undefined) phaseSeconds.observe({ phase }, milliseconds / 1000);
      }
    },
    showRevision(module: string, number: number | null): void {
      const labels = { module: bounded(module) };
      if (number === null) revision.remove(labels);
      else revision.set(labels, number);
    },
  };
}
