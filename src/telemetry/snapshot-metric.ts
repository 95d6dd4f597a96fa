import type { Metric } from 'prom-client';
import type { MetricsRegistry } from './metrics-registry.ts';

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly value: number;
  readonly labels: Labels;
  readonly metricName?: string;
}

/** A histogram as plain numbers: `counts[i]` values fell into bucket `i`; the last has no upper bound. */
export interface HistogramCounts {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
}

/**
 * A metric whose numbers were counted elsewhere and are put here whole, once per scrape. The request
 * path then counts into plain fields and never touches the metrics library.
 */
export class SnapshotMetric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly aggregator = 'sum';
  #samples: readonly Sample[] = [];

  constructor(type: SnapshotMetric['type'], name: string, help: string, registry: MetricsRegistry) {
    this.type = type;
    this.name = name;
    this.help = help;
    // The registry asks of a metric only the members that this class has.
    registry.registerMetric(this as unknown as Metric<string>);
  }

  show(samples: readonly { readonly value: number; readonly labels?: Labels }[]): void {
    this.#samples = samples.map(({ value, labels = {} }) => ({ value, labels }));
  }

  showHistogram({ bounds, counts, sum }: HistogramCounts): void {
    let seen = 0;
    const buckets = counts.map((count, index): Sample => {
      seen += count;
      const le = index < bounds.length ? String(bounds[index]) : '+Inf';
      return { metricName: `${this.name}_bucket`, labels: { le }, value: seen };
    });
    this.#samples = [
      ...buckets,
      { metricName: `${this.name}_sum`, labels: {}, value: sum },
      { metricName: `${this.name}_count`, labels: {}, value: seen },
    ];
  }

  /** What the registry calls to render the metric. */
  async get() {
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values: this.#samples };
  }

  reset(): void {
    this.#samples = [];
  }
}
