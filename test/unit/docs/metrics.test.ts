import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packagePath } from '../../../src/config/package-root.ts';
import { createGeneratorMetrics } from '../../../src/telemetry/generator-metrics.ts';
import {
  createMetricsRegistry,
  type MetricsRegistry,
} from '../../../src/telemetry/metrics-registry.ts';
import { createNodeMetrics } from '../../../src/telemetry/node-metrics.ts';
import { createPipelineMetrics } from '../../../src/telemetry/pipeline-metrics.ts';

const page = readFileSync(packagePath('docs', 'metrics.md'), 'utf8');

/** `name | type | help` of each table row in a section of the page. */
function documented(section: string): string[] {
  const text = page.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = text.matchAll(/^\| `(\w+)` \| (\w+) \| .* \| (.*) \|$/gm);
  return [...rows].map(([, name, type, help]) => `${name} | ${type} | ${help}`).sort();
}

async function registered(register: (registry: MetricsRegistry) => unknown): Promise<string[]> {
  const registry = createMetricsRegistry();
  const runtime = new Set(registry.getMetricsAsArray().map((metric) => metric.name));
  register(registry);
  const metrics = await registry.getMetricsAsJSON();
  return metrics
    .filter((metric) => !runtime.has(metric.name))
    .map((metric) => `${metric.name} | ${metric.type} | ${metric.help}`)
    .sort();
}

test('docs/metrics.md - lists every metric of a node and no other', async () => {
  expect(documented('Node')).toEqual(await registered(createNodeMetrics));
  expect(documented('Node')).toHaveLength(25);
});

test('docs/metrics.md - lists every metric of the orchestrator and no other', async () => {
  expect(documented('Orchestrator')).toEqual(await registered(createPipelineMetrics));
  expect(documented('Orchestrator')).toHaveLength(10);
});

test('docs/metrics.md - lists every metric of the generator and no other', async () => {
  expect(documented('Generator')).toEqual(await registered(createGeneratorMetrics));
  expect(documented('Generator')).toHaveLength(6);
});
