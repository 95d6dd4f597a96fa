import type { FastifyInstance, InjectOptions } from 'fastify';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { apiKeyDigest } from '../../../src/config/api-keys.ts';
import { LIMITS } from '../../../src/config/limits.ts';
import type { Role } from '../../../src/config/settings.ts';
import type { CandidateDocument } from '../../../src/fleet/shapes/candidate-document.ts';
import type { Feedback } from '../../../src/fleet/shapes/observed-request.ts';
import { createApp } from '../../../src/orchestrator/app.ts';
import type { OrchestratorServices } from '../../../src/orchestrator/services.ts';
import type { ReleaseView } from '../../../src/pipeline/releases.ts';
import { createRuleBook } from '../../../src/rules/create-rule-book.ts';
import type { RuleDocument } from '../../../src/rules/rule-document.ts';
import type { RuleStore, VersionedRules } from '../../../src/rules/rule-store.ts';

export const NOW = Date.UTC(2026, 2, 1, 12);
export const ALL_ROLES: readonly Role[] = ['read', 'rules', 'deploy'];

/** Keys `all`, `read`, `rules` and `deploy`, with the roles that their names say. */
export const KEYS = [
  { name: 'all', sha256: apiKeyDigest('key-all'), roles: ALL_ROLES },
  ...ALL_ROLES.map((role) => ({ name: role, sha256: apiKeyDigest(`key-${role}`), roles: [role] })),
];

export interface Stand {
  readonly app: FastifyInstance;
  readonly store: RuleStore;
  /** JSON in, status and JSON out; authenticated as `all` unless `key` says otherwise. */
  call(
    method: NonNullable<InjectOptions['method']>,
    url: string,
    body?: unknown,
    options?: { readonly key?: string; readonly headers?: Record<string, string> },
  ): Promise<{ status: number; body: any; headers: Record<string, unknown> }>;
}

/** The HTTP API over a real rule book in memory; the services that need servers are given by the test. */
export async function createStand(
  overrides: Partial<OrchestratorServices> & { maxActiveRules?: number } = {},
): Promise<Stand> {
  const log = pino({ level: 'silent' });
  const store = memoryStore();
  const book = await createRuleBook({
    document: store,
    staticRules: { list: () => [] },
    trial: { check: async () => [] },
    marker: { mark: async () => undefined },
    settings: {
      waf: { thresholds: {}, on_budget: 'allow', max_steps: LIMITS.program.max_steps },
      dynamicRules: {
        enabled: true,
        min_confidence: 0.85,
        max_active_rules: overrides.maxActiveRules ?? 100,
        default_ttl_seconds: 3600,
        auto_deploy: true,
      },
    },
    now: () => NOW,
    log,
  });
  const app = await createApp({
    settings: {
      auth: { keys: KEYS },
      orchestrator: { rate_limit_per_minute: 1000 } as never,
      waf: {
        wasm: { module: 'universal-waf.wasm', reload: { max_reload_frequency_seconds: 0 } },
      } as never,
    },
    book,
    releases: unreachableReleases(),
    feedback: memoryFeedback(),
    candidates: memoryCandidates(),
    ruleDocument: async () => (await store.read())?.value,
    connections: () => ({ nats: { connected: true }, redis: { connected: true } }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'waf_x 1\n' }),
    log,
    now: () => NOW,
    ...overrides,
  });
  onTestFinished(async () => {
    await app.close();
    await book.close();
  });
  return { app, store, call: caller(app) };
}

function caller(app: FastifyInstance): Stand['call'] {
  return async (method, url, body, { key = 'key-all', headers = {} } = {}) => {
    const isRaw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
    const response = await app.inject({
      method,
      url,
      headers: {
        ...(key === '' ? {} : { 'x-secbeat-api-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: isRaw ? (body as string) : JSON.stringify(body) }),
    });
    const isJson = String(response.headers['content-type']).startsWith('application/json');
    return {
      status: response.statusCode,
      body: isJson ? response.json() : response.body,
      headers: response.headers,
    };
  };
}

/** A document with real compare-and-set, in memory. */
export function memoryStore(): RuleStore {
  let current: VersionedRules | undefined;
  const watchers = new Set<(current: VersionedRules) => void>();
  return {
    read: async () => current,
    async write(value: RuleDocument, expected: number) {
      if ((current?.version ?? 0) !== expected) return 'conflict';
      current = { value, version: expected + 1 };
      for (const watcher of watchers) watcher(current);
      return current.version;
    },
    async watch(onChange) {
      watchers.add(onChange);
      return async () => void watchers.delete(onChange);
    },
  };
}

/** Newest first, as the fleet keeps it. */
/** Candidates with real compare-and-set, in memory. */
export function memoryCandidates(
  initial: readonly CandidateDocument[] = [],
): OrchestratorServices['candidates'] {
  const stored = new Map(initial.map((value) => [value.id, { value, version: 1 }]));
  return {
    get: async (id) => stored.get(id),
    list: async () => [...stored.values()],
    async put(value, expected) {
      const version = stored.get(value.id)?.version ?? 0;
      if (version !== expected) return 'conflict';
      stored.set(value.id, { value, version: version + 1 });
      return version + 1;
    },
  };
}

function memoryFeedback(): OrchestratorServices['feedback'] {
  const said = new Map<string, Feedback>();
  return {
    async add(feedback) {
      said.delete(feedback.request_id);
      said.set(feedback.request_id, feedback);
    },
    list: async ({ label, limit }) =>
      [...said.values()]
        .reverse()
        .filter((each) => label === undefined || each.label === label)
        .slice(0, limit),
  };
}

/** Tests that need releases bring their own. */
function unreachableReleases(): OrchestratorServices['releases'] {
  const refuse = async () => {
    throw new Error('this test has no releases');
  };
  return {
    list: refuse,
    get: refuse,
    settled: refuse,
    deployModule: refuse,
    rollback: refuse,
    syncVersions: refuse,
    nodes: refuse,
    modules: refuse,
    removeModule: refuse,
  };
}

/** A published release that three nodes run. */
export function releaseView(changes: Partial<ReleaseView> = {}): ReleaseView {
  const nodes = ['node-1', 'node-2', 'node-3'];
  return {
    revision: 'v7',
    semver: '1.0.7',
    module: 'universal-waf',
    digest: `sha256:${'a'.repeat(64)}`,
    content_digest: `sha256:${'b'.repeat(64)}`,
    size: 4096,
    target: 'all',
    cause: 'rules',
    actor: 'all',
    previous: 'v6',
    rules: { total: 1, added: ['a'], changed: [], removed: [] },
    queued_at: NOW,
    compiled_at: NOW + 5,
    published_at: NOW + 9,
    expected_nodes: nodes,
    outcome: 'published',
    config_digest: null,
    acks: nodes.map((node) => acknowledgement(node)),
    waiting: [],
    converged: true,
    publish_to_active_ms: { p50: 10, p99: 12, max: 12 },
    ...changes,
  };
}

export function acknowledgement(
  node: string,
  changes: Partial<ReleaseView['acks'][number]> = {},
): ReleaseView['acks'][number] {
  const digest = `sha256:${'a'.repeat(64)}`;
  return {
    status: 'ACK',
    node,
    module: 'universal-waf',
    revision: 'v7',
    digest,
    running: { revision: 'v7', digest },
    at: NOW + 20,
    publish_to_active_ms: 10,
    phases: { swap: 0.01 },
    requests_during_reload: 3,
    downtime_ms: 0,
    ...changes,
  };
}
