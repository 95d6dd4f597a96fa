import { createBoundedLabel } from './bounded-label.ts';
import type { MetricsRegistry } from './metrics-registry.ts';
import { type HistogramCounts, SnapshotMetric } from './snapshot-metric.ts';

/** Rules that are shown one by one; the rest is summed up as `other`. */
export const MAX_RULE_LABELS = 200;

/** What a data plane has counted since it started. */
export interface TrafficNumbers {
  readonly requests: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  readonly inspect_seconds: HistogramCounts;
  readonly steps: HistogramCounts;
  /** Most matches first. */
  readonly rules: readonly {
    readonly module: string;
    readonly rule: string;
    readonly hits: number;
    readonly blocks: number;
    readonly shadow: number;
  }[];
  readonly events: Readonly<Record<string, number>>;
  readonly events_dropped: Readonly<Record<string, number>>;
  readonly in_flight: number;
  readonly event_loop_lag_ms: number;
}

/** Registers the metrics of the data plane; the function returned puts new totals into them. */
export function createTrafficMetrics(registry: MetricsRegistry): (totals: TrafficNumbers) => void {
  const counter = (name: string, help: string) =>
    new SnapshotMetric('counter', name, help, registry);
  const gauge = (name: string, help: string) => new SnapshotMetric('gauge', name, help, registry);
  const histogram = (name: string, help: string) =>
    new SnapshotMetric('histogram', name, help, registry);

  const requests = counter('waf_requests_total', 'Requests by how they ended.');
  const failures = counter('waf_inspection_failures_total', 'Inspections that gave no verdict.');
  const inspect = histogram(
    'waf_inspect_seconds',
    'Time that the modules took to judge a request.',
  );
  const steps = histogram('waf_inspect_steps', 'Steps of inspections in which something matched.');
  const hits = counter('waf_rule_hits_total', 'Requests that a rule matched.');
  const blocks = counter('waf_rule_blocks_total', 'Requests that were refused because of a rule.');
  const events = counter('waf_traffic_events_total', 'Traffic events that NATS took.');
  const eventsDropped = counter(
    'waf_traffic_events_dropped_total',
    'Traffic events that were lost on their way to NATS.',
  );
  const inFlight = gauge('waf_requests_in_flight', 'Requests under way.');
  const lag = gauge('waf_event_loop_lag_seconds', 'Longest stall since the last scrape.');
  const admitted = createBoundedLabel(MAX_RULE_LABELS);

  return (totals) => {
    requests.show(byLabel('outcome', totals.requests));
    failures.show(byLabel('kind', totals.failures));
    inspect.showHistogram(totals.inspect_seconds);
    steps.showHistogram(totals.steps);
    const rules = foldRules(totals.rules, admitted);
    hits.show(
      rules.flatMap(({ labels, hits, shadow }) => [
        { labels: { ...labels, mode: 'enforce' }, value: hits },
        { labels: { ...labels, mode: 'shadow' }, value: shadow },
      ]),
    );
    blocks.show(rules.map(({ labels, blocks }) => ({ labels, value: blocks })));
    events.show(byLabel('why', totals.events));
    eventsDropped.show(byLabel('reason', totals.events_dropped));
    inFlight.show([{ value: totals.in_flight }]);
    lag.show([{ value: totals.event_loop_lag_ms / 1000 }]);
  };
}

function byLabel(label: string, numbers: Readonly<Record<string, number>>) {
  return Object.entries(numbers).map(([name, value]) => ({ labels: { [label]: name }, value }));
}

/** One row per admitted rule and one for all others. */
function foldRules(rules: TrafficNumbers['rules'], admitted: (key: string) => string) {
  const rows = new Map<
    string,
    { labels: { module: string; rule: string }; hits: number; blocks: number; shadow: number }
  >();
  for (const { module, rule, hits, blocks, shadow } of rules) {
    const folded = rule === 'other' || admitted(`${module} ${rule}`) === 'other';
    const labels = folded ? { module: '', rule: 'other' } : { module, rule };
    const key = `${labels.module} ${labels.rule}`;
    const row = rows.get(key) ?? { labels, hits: 0, blocks: 0, shadow: 0 };
    row.hits += hits;
    row.blocks += blocks;
    row.shadow += shadow;
    rows.set(key, row);
  }
  return [...rows.values()];
}
