import { Gauge } from 'prom-client';
import { createBoundedLabel } from './bounded-label.ts';
import type { MetricsRegistry } from './metrics-registry.ts';
import { SnapshotMetric } from './snapshot-metric.ts';

/** The connection to NATS as one process sees it; counts since its start. */
export interface FleetStatus {
  readonly connected: boolean;
  readonly reconnects: number;
  /** Refused messages by subject or bucket. */
  readonly malformed: Readonly<Record<string, number>>;
}

const MAX_SUBJECT_LABELS = 32;

/** Registers the metrics of the NATS connection; the function returned puts a new status into them. */
export function createFleetMetrics(registry: MetricsRegistry): (status: FleetStatus) => void {
  const registers = [registry];
  const connected = new Gauge({
    name: 'waf_fleet_connected',
    help: '1 while connected to NATS.',
    registers,
  });
  const reconnects = new SnapshotMetric(
    'counter',
    'waf_fleet_reconnects_total',
    'Reconnects to NATS.',
    registry,
  );
  const malformed = new SnapshotMetric(
    'counter',
    'waf_fleet_malformed_messages_total',
    'Messages and stored values that were refused because of their form.',
    registry,
  );
  const bounded = createBoundedLabel(MAX_SUBJECT_LABELS);

  return (status) => {
    connected.set(status.connected ? 1 : 0);
    reconnects.show([{ value: status.reconnects }]);
    const bySubject = new Map<string, number>();
    for (const [subject, count] of Object.entries(status.malformed)) {
      const label = bounded(subject);
      bySubject.set(label, (bySubject.get(label) ?? 0) + count);
    }
    malformed.show([...bySubject].map(([subject, value]) => ({ labels: { subject }, value })));
  };
}
