import { Gauge } from 'prom-client';
import type { MetricsRegistry } from './metrics-registry.ts';
import { SnapshotMetric } from './snapshot-metric.ts';
import type { TrafficNumbers } from './traffic-metrics.ts';

/**
 * The names under which SecBeat documents the numbers of a node, for dashboards that exist already.
 * Each says what a `waf_*` or `process_*` metric says too. The function returned puts new totals in.
 */
export function createDocumentedMetrics(
  registry: MetricsRegistry,
): (totals: TrafficNumbers) => void {
  const packets = new SnapshotMetric(
    'counter',
    'secbeat_packets_processed_total',
    'Requests.',
    registry,
  );
  const attacks = new SnapshotMetric(
    'counter',
    'secbeat_attacks_blocked_total',
    'Requests that a rule refused.',
    registry,
  );
  const latency = new SnapshotMetric(
    'histogram',
    'secbeat_latency_seconds',
    'Time that the modules took to judge a request.',
    registry,
  );
  const connections = new SnapshotMetric(
    'gauge',
    'secbeat_connections_active',
    'Requests under way.',
    registry,
  );
  watchProcess(registry);

  return ({ requests, inspect_seconds, in_flight }) => {
    const { blocked = 0, rate_limited = 0 } = requests;
    packets.show([{ value: Object.values(requests).reduce((sum, count) => sum + count, 0) }]);
    attacks.show([{ value: blocked + rate_limited }]);
    latency.showHistogram(inspect_seconds);
    connections.show([{ value: in_flight }]);
  };
}

function watchProcess(registry: MetricsRegistry): void {
  const registers = [registry];
  let used = process.cpuUsage();
  let at = performance.now();
  new Gauge({
    name: 'secbeat_cpu_usage_percent',
    help: 'Processor time since the last scrape, of one core; of the process that answers.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage(used);
      const now = performance.now();
      this.set((user + system) / 10 / Math.max(now - at, 1));
      used = process.cpuUsage();
      at = now;
    },
  });
  new Gauge({
    name: 'secbeat_memory_usage_bytes',
    help: 'Resident memory of the process that answers.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
}
