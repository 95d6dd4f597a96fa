import type { DesiredState } from '../../../src/fleet/desired-state.ts';
import type { ReloadHint } from '../../../src/fleet/fleet.ts';
import type { Acknowledgement, NodeReport } from '../../../src/fleet/node-report.ts';

export const DIGEST = `sha256:${'a'.repeat(64)}`;

export const desiredState: DesiredState = {
  format: 1,
  modules: {
    'universal-waf': {
      name: 'universal-waf',
      order: 0,
      assignments: (['all', { nodes: ['node-1'] }, { labels: { zone: 'a' } }] as const).map(
        (target, index) => ({
          target,
          revision: `v${index + 1}`,
          semver: '1.0.0',
          digest: DIGEST,
          size: 100,
          published_at: 1_700_000_000_000,
        }),
      ),
    },
  },
};

export const report: NodeReport = {
  id: 'node-1',
  labels: { zone: 'a' },
  version: '0.1.0',
  admin_url: 'http://127.0.0.1:9090',
  data_url: 'http://127.0.0.1:8001',
  workers: 2,
  started_at: 1,
  reported_at: 2,
  state: 'ready',
  modules: {
    'universal-waf': { revision: 'v3', digest: DIGEST, activated_at: 2, origin: 'fleet' },
  },
  counters: { requests: 10, blocked: 1, rate_limited: 2, logged: 3 },
};

export const ack: Acknowledgement = {
  status: 'NACK',
  node: 'node-1',
  module: 'universal-waf',
  revision: 'v3',
  digest: DIGEST,
  running: { revision: 'v2', digest: DIGEST },
  error: { code: 'WAF_ERR_ENGINE_PROBE', message: 'probe failed' },
  at: 5,
  publish_to_active_ms: 0,
  phases: { fetch: 1.5, verify: 0 },
  requests_during_reload: 0,
  downtime_ms: 0,
};

export const hint: ReloadHint = {
  deployment_id: 'universal-waf-v3',
  module_name: 'universal-waf',
  bytecode_base64: 'AGFzbQ==',
  config_json: '{}',
  description: 'three rules added',
  timestamp: '2026-01-01T00:00:00.000Z',
  revision: 'v3',
  digest: DIGEST,
};
