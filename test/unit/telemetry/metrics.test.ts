import { expect, test } from 'vitest';
import type { NodeMetrics } from '../../../src/node/node-metrics.ts';
import { noTraffic } from '../../../src/node/traffic/traffic-totals.ts';
import type { PipelineMetrics } from '../../../src/pipeline/pipeline-metrics.ts';
import { createBoundedLabel } from '../../../src/telemetry/bounded-label.ts';
import { createMetricsRegistry, renderMetrics } from '../../../src/telemetry/metrics-registry.ts';
import { createNodeMetrics } from '../../../src/telemetry/node-metrics.ts';
import { createPipelineMetrics } from '../../../src/telemetry/pipeline-metrics.ts';

/** The lines of the exposition that begin with `name`, without comments. */
async function linesOf(render: () => Promise<{ text: string }>, name: string): Promise<string[]> {
  const { text } = await render();
  return text.split('\n').filter((line) => line.startsWith(name));
}

test('metrics - documented reload names count attempts, failures and time by module', async () => {
  const metrics: NodeMetrics = createNodeMetrics(createMetricsRegistry());
  const attempt = { module: 'universal-waf', seconds: 0.012, phases: { stage: 4, swap: 0.002 } };
  metrics.reload({ ...attempt, success: true });
  metrics.reload({ ...attempt, success: false, phases: { fetch: 3 } });

  expect(await linesOf(metrics.render, 'wasm_reload_total')).toEqual([
    'wasm_reload_total{module="universal-waf"} 2',
  ]);
  expect(await linesOf(metrics.render, 'wasm_reload_failures_total')).toEqual([
    'wasm_reload_failures_total{module="universal-waf"} 1',
  ]);
  expect(await linesOf(metrics.render, 'wasm_reload_duration_seconds_count')).toEqual([
    'wasm_reload_duration_seconds_count{module="universal-waf"} 2',
  ]);
  expect(await linesOf(metrics.render, 'waf_reload_phase_seconds_sum')).toEqual([
    'waf_reload_phase_seconds_sum{phase="stage"} 0.004',
    'waf_reload_phase_seconds_sum{phase="swap"} 0.000002',
    'waf_reload_phase_seconds_sum{phase="fetch"} 0.003',
  ]);
});

test('metrics - the documented node names repeat what the traffic totals say', async () => {
  const metrics: NodeMetrics = createNodeMetrics(createMetricsRegistry());
  const none = noTraffic();
  metrics.watchTraffic(async () => ({
    ...none,
    requests: { ...none.requests, passed: 4, blocked: 3, rate_limited: 2 },
    inspect_seconds: { bounds: [0.001], counts: [5, 2], sum: 0.5 },
    in_flight: 6,
  }));
  const lines = await linesOf(metrics.render, 'secbeat_');
  expect(lines.filter((line) => !/cpu|memory/.test(line))).toEqual([
    'secbeat_packets_processed_total 9',
    'secbeat_attacks_blocked_total 5',
    'secbeat_latency_seconds_bucket{le="0.001"} 5',
    'secbeat_latency_seconds_bucket{le="+Inf"} 7',
    'secbeat_latency_seconds_sum 0.5',
    'secbeat_latency_seconds_count 7',
    'secbeat_connections_active 6',
  ]);
  expect(
    lines.filter((line) => /^secbeat_(cpu_usage_percent|memory_usage_bytes) \d/.test(line)),
  ).toHaveLength(2);
});

test('metrics - traffic totals are read once per scrape and shown as they are', async () => {
  const metrics: NodeMetrics = createNodeMetrics(createMetricsRegistry());
  let reads = 0;
  metrics.watchTraffic(async () => {
    reads++;
    const none = noTraffic();
    return {
      ...none,
      requests: { ...none.requests, blocked: 3 },
      inspect_seconds: { bounds: [0.001, 0.01], counts: [5, 2, 1], sum: 0.5 },
      event_loop_lag_ms: 12,
    };
  });
  expect(await linesOf(metrics.render, 'waf_requests_total{outcome="blocked"}')).toEqual([
    'waf_requests_total{outcome="blocked"} 3',
  ]);
  expect(await linesOf(metrics.render, 'waf_inspect_seconds')).toEqual([
    'waf_inspect_seconds_bucket{le="0.001"} 5',
    'waf_inspect_seconds_bucket{le="0.01"} 7',
    'waf_inspect_seconds_bucket{le="+Inf"} 8',
    'waf_inspect_seconds_sum 0.5',
    'waf_inspect_seconds_count 8',
  ]);
  expect(await linesOf(metrics.render, 'waf_event_loop_lag_seconds')).toEqual([
    'waf_event_loop_lag_seconds 0.012',
  ]);
  expect(reads).toBe(3);
});

test('metrics - at most 200 rules are shown one by one, and no sum is lost', async () => {
  const metrics: NodeMetrics = createNodeMetrics(createMetricsRegistry());
  const rules = (first: number) =>
    Array.from({ length: 300 }, (_, index) => ({
      module: 'm',
      rule: `r${(first + index) % 300}`,
      hits: 2,
      blocks: 1,
      shadow: 0,
    }));
  let first = 0;
  metrics.watchTraffic(async () => ({ ...noTraffic(), rules: rules(first) }));

  const before = await linesOf(metrics.render, 'waf_rule_blocks_total');
  first = 150;
  const after = await linesOf(metrics.render, 'waf_rule_blocks_total');
  expect(before).toHaveLength(201);
  expect(before).toContain('waf_rule_blocks_total{module="",rule="other"} 100');
  expect(after.sort()).toEqual(before.sort());
});

test('metrics - the revision of a removed module disappears', async () => {
  const metrics: NodeMetrics = createNodeMetrics(createMetricsRegistry());
  metrics.runs('a', 41);
  metrics.runs('b', 7);
  metrics.runs('a', 42);
  metrics.runs('b', null);
  expect(await linesOf(metrics.render, 'waf_active_revision')).toEqual([
    'waf_active_revision{module="a"} 42',
  ]);
});

test('metrics - malformed messages are counted by at most 32 subjects and other', async () => {
  const metrics: NodeMetrics = createNodeMetrics(createMetricsRegistry());
  const malformed = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`s${index}`, 1]));
  metrics.fleet({ connected: true, reconnects: 2, malformed });
  const lines = await linesOf(metrics.render, 'waf_fleet_malformed_messages_total');
  expect(lines).toHaveLength(33);
  expect(lines).toContain('waf_fleet_malformed_messages_total{subject="other"} 8');
  expect(await linesOf(metrics.render, 'waf_fleet_reconnects_total')).toEqual([
    'waf_fleet_reconnects_total 2',
  ]);
});

test('metrics - the pipeline counts markers, releases and what nodes say', async () => {
  const registry = createMetricsRegistry();
  const metrics: PipelineMetrics = createPipelineMetrics(registry);
  metrics.marked('urgent', true);
  metrics.queueWait(0.2);
  metrics.releasePhase('compile', 0.03);
  metrics.released('rules', 'published');
  metrics.releaseFailed('WAF_ERR_X');
  metrics.publishToActive('universal-waf', 0.04);
  metrics.rejectedByNode('universal-waf');
  metrics.fleet(3, 2);
  metrics.activeRevision('universal-waf', 9);

  const render = () => renderMetrics(registry);
  const expected: Record<string, string> = {
    waf_reload_markers_total: 'waf_reload_markers_total{lane="urgent",taken="true"} 1',
    waf_queue_wait_seconds_sum: 'waf_queue_wait_seconds_sum 0.2',
    waf_release_phase_seconds_sum: 'waf_release_phase_seconds_sum{phase="compile"} 0.03',
    waf_releases_total: 'waf_releases_total{cause="rules",outcome="published"} 1',
    waf_release_failures_total: 'waf_release_failures_total{code="WAF_ERR_X"} 1',
    waf_publish_to_active_seconds_count:
      'waf_publish_to_active_seconds_count{module="universal-waf"} 1',
    waf_node_rejections_total: 'waf_node_rejections_total{module="universal-waf"} 1',
    waf_fleet_nodes: 'waf_fleet_nodes 3',
    waf_fleet_converged_nodes: 'waf_fleet_converged_nodes 2',
    waf_active_revision: 'waf_active_revision{module="universal-waf"} 9',
  };
  for (const [name, line] of Object.entries(expected)) {
    expect(await linesOf(render, name)).toEqual([line]);
  }
});

test('metrics - the process and its event loop are measured', async () => {
  const render = () => renderMetrics(createMetricsRegistry());
  expect(await linesOf(render, 'nodejs_eventloop_lag_p99_seconds')).toHaveLength(1);
  expect(await linesOf(render, 'process_resident_memory_bytes')).toHaveLength(1);
});

test('bounded label - values beyond the limit become other, known ones stay', () => {
  const label = createBoundedLabel(2);
  expect(['a', 'b', 'c', 'a', 'b', 'd'].map(label)).toEqual(['a', 'b', 'other', 'a', 'b', 'other']);
});
