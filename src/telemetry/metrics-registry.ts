import { collectDefaultMetrics, Registry } from 'prom-client';

export type MetricsRegistry = Registry;

/** Exposition text and its media type, for a `/metrics` reply. */
export interface RenderedMetrics {
  readonly text: string;
  readonly contentType: string;
}

/** A registry of its own for one process, with the runtime's metrics (`process_*`, `nodejs_*`). */
export function createMetricsRegistry(): MetricsRegistry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

export async function renderMetrics(registry: MetricsRegistry): Promise<RenderedMetrics> {
  return { text: await registry.metrics(), contentType: registry.contentType };
}
