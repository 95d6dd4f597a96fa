import { expect, test } from 'vitest';
import { LIMITS } from '../../../src/config/limits.ts';
import { PipelineError } from '../../../src/pipeline/pipeline-error.ts';
import type { ModuleUpload, Releases } from '../../../src/pipeline/releases.ts';
import { acknowledgement, createStand, releaseView } from './app-stand.ts';
import { type FormPart, multipart } from './multipart.ts';

const file: FormPart = { name: 'file', value: 'wasm', filename: 'm.wasm' };

/** Releases that remember what they were asked for. */
function recording(answer: Partial<Releases> = {}) {
  const uploads: ModuleUpload[] = [];
  const rollbacks: unknown[] = [];
  const releases = {
    nodes: async () =>
      ['node-1', 'node-2'].map((id) => ({ report: { id, labels: { zone: 'us' } }, alive: true })),
    deployModule: async (upload: ModuleUpload) => {
      uploads.push(upload);
      return releaseView();
    },
    rollback: async (request: unknown) => {
      rollbacks.push(request);
      return releaseView({ cause: 'rollback', restores: 'v5' });
    },
    ...answer,
  } as unknown as Releases;
  return { uploads, rollbacks, releases };
}

async function upload(parts: readonly FormPart[], releases: Releases, path = 'reload-fleet') {
  const { call } = await createStand({ releases });
  const { body, headers } = multipart(parts);
  return call('POST', `/api/v1/wasm/${path}`, body, { headers });
}

test('wasm - reload-fleet answers with the documented fields', async () => {
  const { releases } = recording();
  const reply = await upload([file, { name: 'target', value: 'all' }], releases);
  expect(reply.status).toBe(200);
  expect(reply.body).toEqual({
    success: true,
    deployed_to: ['node-1', 'node-2', 'node-3'],
    failed: [],
    errors: {},
    total_downtime_ms: 0,
    release: { revision: 'v7', url: '/api/v1/releases/v7' },
    warnings: [],
  });
});

test('wasm - the fields of the form may come in any order, and all but the file are optional', async () => {
  const { uploads, releases } = recording();
  const fields: FormPart[] = [
    { name: 'name', value: 'bad-bot-blocker' },
    { name: 'target', value: 'node-2,node-1' },
    { name: 'order', value: '20' },
  ];
  await upload([...fields, file], releases);
  await upload([file, ...fields], releases, 'deploy');
  await upload([file], releases);
  const full = {
    name: 'bad-bot-blocker',
    target: { nodes: ['node-2', 'node-1'] },
    order: 20,
    actor: 'all',
  };
  expect(uploads).toMatchObject([full, full, { name: 'universal-waf', target: 'all' }]);
  expect(uploads.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(Array(3).fill('wasm'));
});

test('wasm - nodes that refuse or do not answer are listed with their reasons', async () => {
  const refused = acknowledgement('node-2', {
    status: 'NACK',
    error: { code: 'WAF_ERR_ENGINE_X', message: 'Reload timed out after 30s' },
  });
  const { releases } = recording({
    deployModule: async () =>
      releaseView({
        acks: [acknowledgement('node-1', { downtime_ms: 0.02 }), refused],
        waiting: ['node-3'],
        converged: false,
      }),
  });
  const reply = await upload([file], releases);
  expect([reply.status, reply.body]).toMatchObject([
    200,
    {
      success: false,
      deployed_to: ['node-1'],
      failed: ['node-2', 'node-3'],
      errors: { 'node-2': 'Reload timed out after 30s', 'node-3': 'no answer in time' },
      total_downtime_ms: 0.02,
    },
  ]);
});

/** Form, status, code, part of the error. */
const BAD_FORMS: readonly [readonly FormPart[], number, string, string][] = [
  [[{ name: 'target', value: 'all' }], 400, 'WAF_ERR_API_UPLOAD', 'no file'],
  [[{ ...file, value: '' }], 400, 'WAF_ERR_API_UPLOAD', 'empty'],
  [[{ ...file, name: 'module' }], 400, 'WAF_ERR_API_UPLOAD', '"module"'],
  [[file, { name: 'taget', value: 'all' }], 400, 'WAF_ERR_API_UPLOAD', '"taget"'],
  [[file, { name: 'order', value: 'first' }], 400, 'WAF_ERR_API_UPLOAD', '"first"'],
  [[file, file], 413, 'WAF_ERR_API_UPLOAD', 'one file'],
  [[file, { name: 'target', value: 'label:zone' }], 422, 'WAF_ERR_API_TARGET', 'label:zone'],
  [[file, { name: 'target', value: 'node-7' }], 404, 'WAF_ERR_API_NODE_UNKNOWN', 'node-7'],
  [
    [{ ...file, value: Buffer.alloc(LIMITS.upload.max_bytes + 1) }],
    413,
    'WAF_ERR_API_UPLOAD_TOO_LARGE',
    `larger than ${LIMITS.upload.max_bytes} bytes`,
  ],
];

test(`wasm - each of ${BAD_FORMS.length} bad forms is refused with success false, and nothing is deployed`, async () => {
  expect(BAD_FORMS).toHaveLength(9);
  const { uploads, releases } = recording();
  for (const [parts, status, code, text] of BAD_FORMS) {
    const reply = await upload(parts, releases);
    expect([reply.status, reply.body.code], text).toEqual([status, code]);
    expect(reply.body.success).toBe(false);
    expect(reply.body.error).toContain(text);
  }
  expect(uploads).toEqual([]);
});

test('wasm - a form that is no form is told how to send one', async () => {
  const { call } = await createStand();
  const reply = await call('POST', '/api/v1/wasm/deploy', { file: 'x' });
  expect([reply.status, reply.body.success]).toEqual([415, false]);
  expect(reply.body.hint).toContain('curl -F file=@');
});

test('wasm - what the pipeline refuses keeps its documented text and code', async () => {
  const message = 'Invalid WASM module: missing inspect_request export';
  const { releases } = recording({
    deployModule: async () => {
      throw new PipelineError('WAF_ERR_ARTIFACT_EXPORT_MISSING', 'invalid', message);
    },
  });
  const reply = await upload([file], releases);
  expect([reply.status, reply.body]).toEqual([
    422,
    { success: false, error: message, code: 'WAF_ERR_ARTIFACT_EXPORT_MISSING' },
  ]);
});

test('wasm - rollback takes a revision and a target, or nothing at all', async () => {
  const { rollbacks, releases } = recording();
  const { call } = await createStand({ releases });
  const bare = await call('POST', '/api/v1/wasm/rollback');
  expect(bare.body).toMatchObject({
    success: true,
    rolled_back_to: 'v5',
    reason: 'Manual rollback',
    deployed_to: ['node-1', 'node-2', 'node-3'],
    total_downtime_ms: 0,
  });
  await call('POST', '/api/v1/wasm/rollback', { revision: 'v5', target: 'label:zone=eu' });
  expect(rollbacks).toEqual([
    { target: 'all', actor: 'all' },
    { target: { labels: { zone: 'eu' } }, actor: 'all', revision: 'v5' },
  ]);
  const bad = await call('POST', '/api/v1/wasm/rollback', { revision: '5' });
  expect([bad.status, bad.body.success]).toEqual([400, false]);
});

test('wasm - sync-versions hands over what the pipeline found', async () => {
  const report = { success: true, checked: 3, drifted: [], repaired: ['node-2'], failed: [] };
  const { releases } = recording({ syncVersions: async () => report });
  const { call } = await createStand({ releases });
  expect(await call('POST', '/api/v1/wasm/sync-versions')).toMatchObject({
    status: 200,
    body: report,
  });
});

test('wasm - a target without a live node is released, with a warning that names the nodes', async () => {
  const { rollbacks, releases } = recording();
  const { call } = await createStand({ releases });
  const { body } = await call('POST', '/api/v1/wasm/rollback', { target: 'label:zone=eu' });
  expect(rollbacks).toHaveLength(1);
  expect(body.warnings).toMatchObject([
    {
      code: 'WAF_ERR_API_TARGET_EMPTY',
      severity: 'warning',
      message: 'no live node is selected by label:zone=eu',
      hint: expect.stringContaining('node-1 (zone=us); node-2 (zone=us)'),
    },
  ]);
  const uploaded = await upload([file, { name: 'target', value: 'label:zone=eu' }], releases);
  expect(uploaded.body.warnings).toEqual(body.warnings);
});

test('wasm - a module that cannot be removed is refused with a hint', async () => {
  const refusals = [
    ['WAF_ERR_PUBLISH_MODULE_REQUIRED', 'conflict', 409],
    ['WAF_ERR_PUBLISH_MODULE_UNKNOWN', 'unknown', 404],
  ] as const;
  for (const [code, kind, status] of refusals) {
    const removeModule = async () => {
      throw new PipelineError(code, kind, 'no');
    };
    const { call } = await createStand({ releases: recording({ removeModule }).releases });
    const reply = await call('DELETE', '/api/v1/wasm/modules/bots');
    expect([reply.status, reply.body.success, reply.body.code]).toEqual([status, false, code]);
    expect(reply.body.hint).toMatch(/\.$/);
  }
});

test('wasm - modules are removed by whoever may deploy, and by nobody else', async () => {
  const removals: unknown[] = [];
  const removeModule: Releases['removeModule'] = async (removal) => {
    removals.push(removal);
    return { success: true, removed_from: ['node-1'], failed: [], errors: {} };
  };
  const { call } = await createStand({ releases: recording({ removeModule }).releases });
  const path = '/api/v1/wasm/modules/bots';
  const forbidden = await call('DELETE', path, undefined, { key: 'key-rules' });
  expect([forbidden.status, removals]).toEqual([403, []]);
  const { body } = await call('DELETE', path, undefined, { key: 'key-deploy' });
  expect(body).toMatchObject({ success: true, removed_from: ['node-1'] });
  expect(removals).toMatchObject([{ name: 'bots', actor: 'deploy' }]);
});
