import { readFileSync } from 'node:fs';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiKeyDigest } from '../../../src/config/api-keys.ts';
import { LIMITS } from '../../../src/config/limits.ts';
import { packagePath } from '../../../src/config/package-root.ts';
import { createAdminApp } from '../../../src/node/admin/admin-app.ts';
import { ModuleControl } from '../../../src/node/module-control.ts';
import { ReloadAccount } from '../../../src/node/reload-account.ts';
import { ReloadJournal } from '../../../src/node/reload-journal.ts';
import { FakeDataPlane, memoryStore, recordingMetrics } from './fakes.ts';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const log = pino({ level: 'silent' });

let app: FastifyInstance;
let plane: FakeDataPlane;
let reloads: ReturnType<typeof recordingMetrics>['reloads'];

beforeEach(async () => {
  plane = new FakeDataPlane();
  const journal = new ReloadJournal();
  const { metrics, reloads: recorded } = recordingMetrics();
  reloads = recorded;
  const modules = new ModuleControl({
    plane,
    store: memoryStore(),
    account: new ReloadAccount(journal, metrics, log),
    hotReload: true,
    desiredRevision: () => null,
    onChange() {},
    now: () => NOW,
    log,
  });
  app = await createAdminApp({
    auth: {
      keys: [
        { name: 'ops', sha256: apiKeyDigest('ops-key'), roles: ['read', 'rules', 'deploy'] },
        { name: 'viewer', sha256: apiKeyDigest('viewer-key'), roles: ['read'] },
      ],
    },
    nodeId: 'n1',
    defaultModule: 'universal-waf',
    modules,
    plane,
    journal,
    metrics,
    fleet: () => ({ connected: true, server: 's', reconnects: 0, malformed: {}, denied: 0 }),
    state: () => 'ready',
    ruleChanges: null,
    startedAt: NOW - 90_500,
    now: () => NOW,
    log,
  });
});
afterEach(() => app.close());

const OPS = { 'x-secbeat-api-key': 'ops-key' };

async function get(url: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await app.inject({ url, headers: OPS });
  return { status: answer.statusCode, body: answer.json() };
}

type Part = { name: string; value: string | Buffer; file?: string };

/** A multipart form, as curl writes it. */
function form(parts: readonly Part[]): Pick<InjectOptions, 'headers' | 'payload'> {
  const chunks = parts.flatMap(({ name, value, file }) => [
    Buffer.from(
      `--x\r\nContent-Disposition: form-data; name="${name}"${file ? `; filename="${file}"` : ''}\r\n\r\n`,
    ),
    Buffer.from(value),
    Buffer.from('\r\n'),
  ]);
  return {
    headers: { ...OPS, 'content-type': 'multipart/form-data; boundary=x' },
    payload: Buffer.concat([...chunks, Buffer.from('--x--\r\n')]),
  };
}

async function upload(parts: readonly Part[], path = 'reload') {
  const answer = await app.inject({ method: 'POST', url: `/api/v1/wasm/${path}`, ...form(parts) });
  return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
}

const file = (value: string | Buffer): Part => ({ name: 'file', value, file: 'm.wasm' });

describe('node admin API', () => {
  it('reload - answers with the documented fields', async () => {
    expect(await upload([file('one')])).toEqual({
      status: 200,
      body: {
        success: true,
        message: 'Module reloaded',
        name: 'universal-waf',
        version: 'v1',
        downtime_ms: 0.01,
        requests_during_reload: 3,
      },
    });
  });

  it.each([
    ['name first', [{ name: 'name', value: 'bots' }, file('x')]],
    ['name last', [file('x'), { name: 'name', value: 'bots' }]],
  ])('load - takes the fields in any order: %s', async (_order, parts) => {
    const { status, body } = await upload(parts, 'load');
    expect([status, body.message, body.name]).toEqual([200, 'Module loaded successfully', 'bots']);
  });

  it('reload - a refused module says what goes on serving', async () => {
    await upload([file('one')]);
    expect(await upload([file('bad one')])).toEqual({
      status: 422,
      body: {
        success: false,
        error: 'Invalid WASM module: bad one',
        code: 'WAF_ERR_ARTIFACT_WASM',
        current_version: 'v1',
        status: 'still_serving_v1',
      },
    });
    expect((await get('/api/v1/wasm/errors')).body.errors).toMatchObject([
      { module: 'universal-waf', code: 'WAF_ERR_ARTIFACT_WASM' },
    ]);
  });

  const badForms: readonly [name: string, parts: Part[], status: number, text: string][] = [
    ['no file', [{ name: 'name', value: 'x' }], 400, 'the form has no file'],
    ['empty file', [file('')], 400, 'the file is empty'],
    ['two files', [file('a'), file('b')], 413, 'one file a request'],
    ['unknown field', [{ name: 'nmae', value: 'x' }, file('a')], 400, 'unknown field "nmae"'],
    [
      'file under another name',
      [{ name: 'wasm', value: 'x', file: 'f' }],
      400,
      'the file came as field "wasm", not "file"',
    ],
    [
      'too large',
      [file(Buffer.alloc(LIMITS.upload.max_bytes + 1))],
      413,
      `Invalid WASM module: larger than ${LIMITS.upload.max_bytes} bytes`,
    ],
  ];

  it.each(badForms)('upload - refuses a form with %s', async (_name, parts, status, text) => {
    const answer = await upload(parts);
    expect([answer.status, answer.body.error]).toEqual([status, text]);
    expect(answer.body).toMatchObject({ success: false, current_version: null });
  });

  it('upload - a bad form says what goes on serving under the name that it gives', async () => {
    await upload([file('one')]);
    const { body } = await upload([
      { name: 'nmae', value: 'x' },
      { name: 'name', value: 'bots' },
    ]);
    expect(body).toMatchObject({ current_version: null, status: 'nothing_serving' });
    const again = await upload([{ name: 'nmae', value: 'x' }]);
    expect(again.body).toMatchObject({ current_version: 'v1', status: 'still_serving_v1' });
  });

  it('upload - a missing role and a wrong content type answer success false', async () => {
    const sent = { method: 'POST', url: '/api/v1/wasm/reload', payload: 'x' } as const;
    const viewer = { 'x-secbeat-api-key': 'viewer-key' };
    const forbidden = await app.inject({ ...sent, headers: viewer });
    expect(forbidden.json()).toMatchObject({ success: false, code: 'WAF_ERR_NODE_FORBIDDEN' });
    expect(forbidden.json()).not.toHaveProperty('current_version');
    const plain = await app.inject({ ...sent, headers: { ...OPS, 'content-type': 'text/plain' } });
    expect([plain.statusCode, plain.json().success]).toEqual([415, false]);
  });

  it('upload - a name that no module can have is one label of the metrics', async () => {
    await upload([{ name: 'name', value: 'bad name!' }, file('bad')]);
    await upload([{ name: 'name', value: 'bots' }, file('bad')]);
    expect(reloads.map(({ module }) => module)).toEqual(['invalid', 'bots']);
  });

  it('upload - refuses what is no form', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/wasm/reload',
      headers: { ...OPS, 'content-type': 'application/json' },
      payload: '{}',
    });
    expect([answer.statusCode, answer.json().error]).toEqual([
      415,
      'the request is not a multipart form',
    ]);
    expect(badForms).toHaveLength(6);
  });

  it('modules and version - tell what runs and what was before', async () => {
    await upload([file('one')]);
    await upload([file('two!')]);
    expect((await get('/api/v1/wasm/modules')).body.modules).toMatchObject([
      { name: 'universal-waf', size: 4, loaded_at: '1970-01-01T00:00:05.000Z', version: 'v2' },
    ]);
    expect((await get('/api/v1/wasm/version')).body).toMatchObject({
      name: 'universal-waf',
      version: 'v2',
      loaded_at: '1970-01-01T00:00:05.000Z',
      previous_version: 'v1',
      size_bytes: 4,
      origin: 'upload',
    });
    expect((await get('/api/v1/wasm/version?name=none')).status).toBe(404);
  });

  it('rollback - answers with the documented fields, and refuses when nothing is left', async () => {
    await upload([file('one')]);
    await upload([file('two')]);
    const answer = await app.inject({ method: 'POST', url: '/api/v1/wasm/rollback', headers: OPS });
    expect(answer.json()).toEqual({
      success: true,
      rolled_back_to: 'v1',
      reason: 'Manual rollback',
      downtime_ms: 0.01,
    });
    const again = await app.inject({ method: 'POST', url: '/api/v1/wasm/rollback', headers: OPS });
    expect([again.statusCode, again.json().status]).toEqual([409, 'still_serving_v1']);
  });

  it('history - lists reloads newest first with the documented fields', async () => {
    await upload([file('one')]);
    await upload([file('bad')]);
    expect((await get('/api/v1/wasm/history')).body.reloads).toMatchObject([
      { success: false, version: '', requests_during_reload: 0 },
      {
        timestamp: '2026-05-01T12:00:00.000Z',
        version: 'v1',
        duration_ms: 0,
        requests_during_reload: 3,
        success: true,
      },
    ]);
  });

  it('rules - lists those that apply with their counts, without the expired ones', async () => {
    const rule = (id: string, expires_at?: string) => ({
      id,
      mode: 'enforce' as const,
      action: { block: { status: 403 } },
      pattern: `*${id}*`,
      source: 'dynamic',
      created_at: '2026-05-01T00:00:00Z',
      ...(expires_at !== undefined && { expires_at }),
    });
    await upload([file('one')]);
    const [module] = plane.modules();
    const rules = [rule('a'), rule('b', '2026-05-01T12:00:01Z'), rule('c', '2026-05-01T12:00:00Z')];
    const manifest = { rules } as never;
    plane.running.set('universal-waf', [{ ...module!, manifest }]);
    const counted = { module: 'universal-waf', rule: 'a', hits: 5, blocks: 4, shadow: 0 };
    const requests = { ...plane.totalsNow.requests, blocked: 6, rate_limited: 1 };
    plane.totalsNow = { ...plane.totalsNow, rules: [counted], requests };
    const { body } = await get('/api/v1/rules/active');
    expect(body.total).toBe(2);
    expect(body.rules).toMatchObject([
      { id: 'a', pattern: '*a*', created_at: '2026-05-01T00:00:00Z', expires_at: null, blocks: 4 },
      { id: 'b', expires_at: '2026-05-01T12:00:01Z', blocks: 0 },
    ]);
    expect((await get('/api/v1/rules/stats')).body).toEqual({
      total_dynamic_rules: 2,
      active_rules: 2,
      total_blocks: 7,
      false_positive_rate: 0,
      total_hits: 5,
    });
  });

  it('rules - are listed in short with action and hits', async () => {
    await upload([file('one')]);
    const [module] = plane.modules();
    const rule = { id: 'a', mode: 'enforce', action: { block: { status: 403 } }, pattern: '/a' };
    const manifest = { rules: [rule, { ...rule, id: 'b', action: { log: {} } }] } as never;
    plane.running.set('universal-waf', [{ ...module!, manifest }]);
    const counted = { module: 'universal-waf', rule: 'a', hits: 5, blocks: 4, shadow: 0 };
    plane.totalsNow = { ...plane.totalsNow, rules: [counted] };
    expect((await get('/api/v1/rules')).body).toEqual({
      rules: [
        { id: 'a', pattern: '/a', action: 'block', hits: 5 },
        { id: 'b', pattern: '/a', action: 'log', hits: 0 },
      ],
      total: 2,
    });
  });

  it('status - tells node, state, uptime, modules and connection', async () => {
    await upload([file('one')]);
    expect((await get('/api/v1/status')).body).toMatchObject({
      node_id: 'n1',
      state: 'ready',
      started_at: '2026-05-01T11:58:29.500Z',
      uptime_seconds: 90,
      workers: 1,
      revision: 'v1',
      modules: [{ name: 'universal-waf', version: 'v1', origin: 'upload' }],
      nats: { connected: true },
    });
  });

  it('stats - sums the counters and tells how long inspections take', async () => {
    expect((await get('/api/v1/stats')).body.latency).toEqual({
      inspect_ms: { count: 0, mean: null, p50: null, p99: null },
    });
    const requests = { ...plane.totalsNow.requests, passed: 10, blocked: 6, rate_limited: 1 };
    const inspect_seconds = { bounds: [0.001, 0.01], counts: [98, 1, 1], sum: 0.2 };
    plane.totalsNow = { ...plane.totalsNow, requests, inspect_seconds, in_flight: 3 };
    expect((await get('/api/v1/stats')).body).toEqual({
      requests: 17,
      blocked: 6,
      rate_limited: 1,
      logged: 0,
      active_connections: 3,
      latency: { inspect_ms: { count: 100, mean: 2, p50: 1, p99: 10 } },
    });
  });

  it.each([
    ['POST', 'rules', { pattern: '/x', action: 'block' }, 'POST /api/v1/rules'],
    ['POST', 'blacklist', { ip: '192.0.2.1' }, 'POST /api/v1/rules'],
    ['DELETE', 'rules/x', undefined, 'DELETE /api/v1/rules/{id}'],
  ] as const)('%s %s - is 501 without an orchestrator, with the way out', async (...given) => {
    const [method, path, payload, instead] = given;
    const url = `/api/v1/${path}`;
    const answer = await app.inject({ method, url, headers: OPS, ...(payload && { payload }) });
    expect([answer.statusCode, answer.json().code]).toEqual([501, 'WAF_ERR_NODE_NO_ORCHESTRATOR']);
    expect(answer.json().hint).toContain(`Use ${instead} of the orchestrator`);
  });

  it('counters - are listed by address', async () => {
    plane.totalsNow = { ...plane.totalsNow, addresses: [{ address: '9.9.9.9', blocked: 3 }] };
    expect((await get('/api/v1/state/counters')).body).toEqual({
      '9.9.9.9': { local_count: 3, global_count: 3, nodes: {} },
    });
  });

  it('auth - nothing but health, readiness and metrics is open, and changes need the role', async () => {
    const open = ['/health', '/ready', '/metrics'];
    await app.ready();
    const paths = Object.entries(app.swagger().paths!);
    let checked = 0;
    for (const [url, methods] of paths) {
      for (const method of Object.keys(methods as object)) {
        const call = { url, method: method.toUpperCase() as 'GET' | 'POST' | 'DELETE' };
        const { statusCode } = await app.inject(call);
        expect([url, statusCode === 401]).toEqual([url, !open.includes(url)]);
        if (method !== 'get') {
          const viewer = { headers: { authorization: 'Bearer viewer-key' } };
          expect((await app.inject({ ...call, ...viewer })).statusCode).toBe(403);
        }
        checked += 1;
      }
    }
    expect(checked).toBe(22);
  });

  it('ready - only with a module', async () => {
    expect((await get('/ready')).status).toBe(503);
    await upload([file('one')]);
    expect(await get('/ready')).toMatchObject({
      status: 200,
      body: { ready: true, modules: { 'universal-waf': 'v1' } },
    });
  });

  it('unknown endpoint - is a 404 with a hint', async () => {
    const { status, body } = await get('/api/v1/nothing?key=secret');
    expect(status).toBe(404);
    expect(body.error).toBe('no endpoint GET /api/v1/nothing');
  });

  it('docs/node.md - lists every endpoint and no other', async () => {
    await app.ready();
    const served = Object.entries(app.swagger().paths!).flatMap(([url, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${url}`),
    );
    const page = readFileSync(packagePath('docs', 'node.md'), 'utf8');
    const rows = [...page.matchAll(/^\| (GET|POST|DELETE) `([^`?]+)/gm)].map(
      ([, method, url]) => `${method} ${url!.replace(/:(\w+)/, '{$1}')}`,
    );
    expect(rows.sort()).toEqual(served.sort());
  });

  it('openapi - is version 3.1', async () => {
    expect((await get('/api/v1/openapi.json')).body.openapi).toBe('3.1.0');
  });
});
