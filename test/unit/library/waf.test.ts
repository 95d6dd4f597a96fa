import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { generateSigningKey, trustOf } from '../../../src/artifact/signing-key.ts';
import { ACTION_ALLOW, ACTION_BLOCK, Waf, type WafRequest } from '../../../src/index.ts';
import { universalWaf } from '../../integration/engine/universal-waf.ts';
import { configOf, ruleOf } from '../../reference/engine.ts';
import { hostile } from '../../wasm-fixtures/fixtures.ts';
import { artifactOf, blocking } from './artifacts.ts';

const get = (url: string, rest: Partial<WafRequest> = {}): WafRequest => ({
  method: 'GET',
  url,
  headers: [],
  ...rest,
});

test('library - an artifact is loaded from bytes, a path and a URL', async () => {
  const bytes = artifactOf([blocking('evil')]);
  const folder = await mkdtemp(join(tmpdir(), 'secbeat-'));
  try {
    const file = join(folder, 'universal-waf.wasm');
    await writeFile(file, bytes);
    for (const source of [bytes, file, pathToFileURL(file)]) {
      const waf = await Waf.load(source);
      expect([waf.judge(get('/evil')), waf.judge(get('/good'))]).toEqual([
        ACTION_BLOCK,
        ACTION_ALLOW,
      ]);
    }
    await expect(Waf.load(join(folder, 'none'))).rejects.toMatchObject({
      code: 'WAF_ERR_LIBRARY_SOURCE',
      cause: { code: 'ENOENT' },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('library - a verdict says what was found and where', async () => {
  const waf = await Waf.load(
    artifactOf([blocking('evil', 'query[q]', { action: { block: { status: 418 } } })]),
  );
  expect(waf.inspect(get('/?q=very%20evil'))).toEqual({
    action: 'block',
    status: 418,
    rule: 'block-evil',
    reason: 'rule',
    matches: [
      {
        rule: 'block-evil',
        ruleIndex: 0,
        shadow: false,
        target: 'query[q]',
        offset: 5,
        length: 4,
        transforms: [],
        excerpt: { before: 'very ', matched: 'evil', after: '' },
      },
    ],
    score: {},
    steps: expect.any(Number),
  });
  const { steps, ...plain } = waf.inspect(get('/?q=good'));
  expect(plain).toEqual({
    action: 'allow',
    rule: null,
    reason: 'no-match',
    matches: [],
    score: {},
  });
  expect(steps).toBeGreaterThan(0);
});

test('library - actions other than blocking come with what they need', async () => {
  const limit = { key: 'client.ip', limit: 3, window_s: 60, over: 'block' as const };
  const waf = await Waf.load(
    artifactOf([
      blocking('slow', 'uri', { action: { ratelimit: limit } }),
      blocking('note', 'uri', { action: { log: {} } }),
      blocking('shadow', 'uri', { mode: 'shadow' }),
    ]),
  );
  expect(waf.inspect(get('/slow'))).toMatchObject({ action: 'ratelimit', limit });
  const logged = waf.inspect(get('/note'));
  expect(logged).toMatchObject({ action: 'log', rule: 'block-note' });
  expect(logged).not.toHaveProperty('status');
  expect(waf.inspect(get('/shadow'))).toMatchObject({
    action: 'allow',
    matches: [{ rule: 'block-shadow', shadow: true }],
  });
});

test('library - the rule that decided is found beyond the matches that are listed', async () => {
  const noise = Array.from({ length: 80 }, (_, i) =>
    ruleOf(
      `a${String(i).padStart(3, '0')}`,
      { target: ['uri'], op: 'contains', value: 'evil' },
      { action: { log: {} } },
    ),
  );
  const last = ruleOf(
    'z',
    { target: ['uri'], op: 'contains', value: 'evil' },
    { action: { block: { status: 451 } } },
  );
  const waf = await Waf.load(artifactOf([...noise, last]));
  const { matches, ...verdict } = waf.inspect(get('/evil'));
  expect(matches).toHaveLength(64);
  expect(matches.some(({ rule }) => rule === 'z')).toBe(false);
  expect(verdict).toMatchObject({ action: 'block', rule: 'z', status: 451 });
});

const HEADERS: [string, WafRequest['headers']][] = [
  ['a flat list', ['Host', 'a', 'X-Note', 'evil']],
  ['pairs', [['X-Note', 'evil']]],
  ['an object', { host: 'a', 'x-note': 'evil' }],
  ['an object with lists', { 'x-note': ['good', 'evil'], 'x-none': undefined }],
];

test.each(HEADERS)('library - headers can be %s', async (_, headers) => {
  const waf = await Waf.load(artifactOf([blocking('evil', 'headers[x-note]')]));
  expect(waf.judge(get('/', { headers }))).toBe(ACTION_BLOCK);
  expect(waf.judge(get('/', { headers: [] }))).toBe(ACTION_ALLOW);
});

test('library - the table of header forms is complete', () => {
  expect(HEADERS).toHaveLength(4);
});

test('library - a body can be bytes or text, an address mapped', async () => {
  const waf = await Waf.load(
    artifactOf([
      blocking('évil', 'body.raw'),
      ruleOf('ip', { target: ['client.ip'], op: 'ip_in', value: ['10.0.0.0/8'] }),
    ]),
  );
  expect(waf.judge(get('/', { body: 'an évil text' }))).toBe(ACTION_BLOCK);
  expect(waf.judge(get('/', { body: Buffer.from('an évil text') }))).toBe(ACTION_BLOCK);
  expect(waf.judge(get('/', { ip: '::ffff:10.1.2.3' }))).toBe(ACTION_BLOCK);
  expect(waf.judge(get('/', { ip: '192.0.2.1' }))).toBe(ACTION_ALLOW);
  expect(waf.judge({ method: 'GET', uri: '/' })).toBe(ACTION_ALLOW);
});

test('library - text that did not come over a wire is spelled in UTF-8', async () => {
  const waf = await Waf.load(artifactOf([blocking('ťěst'), blocking('evil')]));
  expect(waf.judge(get('/ťěst'))).toBe(ACTION_BLOCK);
  // Cut to a byte per character, these letters would read `evil`.
  const upper = Array.from('evil', (letter) => String.fromCharCode(letter.charCodeAt(0) + 0x100));
  expect(waf.judge(get(`/${upper.join('')}`))).toBe(ACTION_ALLOW);
});

test('library - rules expire by the clock of the host', async () => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const rule = blocking('evil', 'uri', { expires_at: '2026-01-02T00:00:00Z' });
  const waf = await Waf.load(artifactOf([rule]), { now: () => now });
  expect(waf.judge(get('/evil'))).toBe(ACTION_BLOCK);
  now += 172_800_000;
  expect(waf.judge(get('/evil'))).toBe(ACTION_ALLOW);
});

test('library - a request that is too large follows the policy for failures', async () => {
  const bytes = artifactOf([blocking('evil')]);
  const huge = get(`/${'x'.repeat(300_000)}`);
  const open = await Waf.load(bytes);
  expect(open.inspect(huge)).toMatchObject({ action: 'allow', failure: 'unreadable' });
  expect(open.judge(huge)).toBe(ACTION_ALLOW);
  const closed = await Waf.load(bytes, { onFailure: 'block' });
  expect(closed.inspect(huge)).toMatchObject({ action: 'block', status: 503, reason: 'failure' });
  expect(closed.judge(huge)).toBe(ACTION_BLOCK);
});

test('library - used-up steps are told, whatever the action', async () => {
  for (const on_budget of ['allow', 'block'] as const) {
    const config = configOf([blocking('evil')], { max_steps: 1, on_budget });
    const waf = await Waf.load(universalWaf(config, 'v1').bytes);
    expect(waf.inspect(get('/good'))).toMatchObject({
      action: on_budget,
      reason: 'budget',
      failure: 'budget',
    });
  }
});

test('library - a swap takes over when it is ready, a rollback at once', async () => {
  const waf = await Waf.load(artifactOf([blocking('one')], 'v1'));
  const swapping = waf.swap(artifactOf([blocking('two')], 'v2'));
  expect(waf.judge(get('/one'))).toBe(ACTION_BLOCK);
  expect(await swapping).toMatchObject({ revision: 'v2', rules: 1, foreign: false });
  expect([waf.judge(get('/one')), waf.judge(get('/two'))]).toEqual([ACTION_ALLOW, ACTION_BLOCK]);
  expect(waf.rollback()).toMatchObject({ revision: 'v1' });
  expect(waf.version.revision).toBe('v1');
  expect([waf.judge(get('/one')), waf.judge(get('/two'))]).toEqual([ACTION_BLOCK, ACTION_ALLOW]);
  expect(() => waf.rollback()).toThrow(
    expect.objectContaining({ code: 'WAF_ERR_ENGINE_NO_PREVIOUS_VERSION' }),
  );
});

test('library - swaps that are asked for together happen one after another', async () => {
  const waf = await Waf.load(artifactOf([blocking('a')], 'v1'));
  const large = Array.from({ length: 500 }, (_, i) => blocking(`large-${i}`));
  const swaps = await Promise.allSettled([
    waf.swap(artifactOf(large, 'v2')),
    waf.swap(hostile.trap()),
    waf.swap(artifactOf([blocking('b')], 'v3')),
  ]);
  expect(swaps.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(waf.version.revision).toBe('v3');
});

const refusals: [string, () => Uint8Array, string][] = [
  ['a text', () => Buffer.from('rules'), 'WAF_ERR_ARTIFACT_NOT_WASM'],
  ['a module that traps', () => hostile.trap(), 'WAF_ERR_ENGINE_PROBE_FAILED'],
  [
    'a cut-off artifact',
    () => artifactOf([blocking('x')]).subarray(0, 5000),
    'WAF_ERR_ARTIFACT_TRUNCATED',
  ],
];

test.each(refusals)('library - %s is refused and the old rules go on', async (_, bytes, code) => {
  const waf = await Waf.load(artifactOf([blocking('one')], 'v1'));
  await expect(waf.swap(bytes())).rejects.toMatchObject({ code });
  expect(waf.version.revision).toBe('v1');
  expect(waf.judge(get('/one'))).toBe(ACTION_BLOCK);
});

test('library - the table of refusals is complete', () => {
  expect(refusals).toHaveLength(3);
});

test('library - a signature can be asked for', async () => {
  const key = generateSigningKey();
  const options = { trustedKeys: trustOf(key), requireSignature: true };
  const signed = artifactOf([blocking('evil')], 'v1', key);
  const waf = await Waf.load(signed, options);
  expect(waf.judge(get('/evil'))).toBe(ACTION_BLOCK);
  await expect(waf.swap(artifactOf([blocking('x')]))).rejects.toMatchObject({
    code: 'WAF_ERR_ENGINE_SIGNATURE_REQUIRED',
  });
  const damaged = signed.slice();
  damaged[damaged.indexOf(0x76, 1000)]! ^= 1;
  await expect(waf.swap(damaged)).rejects.toThrow('Invalid WASM module');
});
