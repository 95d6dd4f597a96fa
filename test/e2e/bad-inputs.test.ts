import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateSigningKey } from '../../src/artifact/signing-key.ts';
import { plainArtifact } from '../wasm-fixtures/artifacts.ts';
import { answering, hostile } from '../wasm-fixtures/fixtures.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { moduleForm } from './soak.ts';

let fleet: Fleet;

beforeAll(async () => {
  fleet = await startFleet({ nodes: 1, maxActiveRules: 100 });
  const reply = await upload('bot', answering(0));
  expect(reply).toMatchObject({ status: 200, body: { success: true, message: 'Module reloaded' } });
});

afterAll(async () => {
  await fleet.close();
});

/** Every bad input ends here: traffic flows, and the good module and the rules are as before. */
async function expectUntouched(): Promise<void> {
  expect(await fleet.get(0, '/')).toBe(200);
  const { body } = await fleet.api('GET', `${fleet.nodes[0]!.url}/api/v1/wasm/modules`);
  const bot = body.modules.find((module: { name: string }) => module.name === 'bot');
  expect(bot).toMatchObject({ name: 'bot', version: 'v1', size: answering(0).length });
}

function upload(name: string, bytes: Uint8Array) {
  const form = moduleForm(name, Uint8Array.from(bytes));
  return fleet.api('POST', `${fleet.nodes[0]!.url}/api/v1/wasm/reload`, form);
}

const FUEL = 'ran out of fuel after 100000 instructions';

const MODULES: readonly [what: string, bytes: () => Uint8Array, error: string][] = [
  ['bytes that are no module', () => Uint8Array.of(1, 2, 3), 'not a WebAssembly binary'],
  ['a missing export', hostile.missingExport, 'missing inspect_request export'],
  ['imports', hostile.importsAbort, 'imports are not allowed (env.abort)'],
  ['no memory maximum', hostile.noMemoryMaximum, 'memory has no declared maximum'],
  ['a huge memory', hostile.hugeMemory, 'memory maximum of 65536 pages exceeds 256'],
  ['a truncated data segment', hostile.dataBeyondSection, 'truncated section at offset 74'],
  [
    'a data segment outside memory',
    hostile.dataBeyondMemory,
    'instantiation failed: data segment is out of bounds',
  ],
  ['an endless loop', hostile.endlessLoop, `inspect_request ${FUEL} (sample request: plain GET)`],
  ['an endless start function', hostile.endlessStart, `the start function ${FUEL}`],
  ['a memory bomb', hostile.fillLoop, `inspect_request ${FUEL} (sample request: plain GET)`],
  [
    'action 7',
    hostile.action7,
    'inspect_request returned the invalid action 7 (sample request: plain GET)',
  ],
];

describe('bad module', () => {
  test.each(MODULES)('bad module - %s is refused by the node', async (_, bytes, error) => {
    expect(await upload('bot', bytes())).toMatchObject({
      status: 422,
      body: {
        success: false,
        error: `Invalid WASM module: ${error}`,
        current_version: 'v1',
        status: 'still_serving_v1',
      },
    });
    await expectUntouched();
  });

  test.each(MODULES)('bad module - %s is refused by the orchestrator', async (_, bytes, error) => {
    const form = moduleForm('bot', Uint8Array.from(bytes()));
    const reply = await fleet.api('POST', '/api/v1/wasm/reload-fleet', form);
    expect(reply).toMatchObject({
      status: 422,
      body: { success: false, error: `Invalid WASM module: ${error}` },
    });
    await expectUntouched();
  });

  test('bad module - the table above has 11 rows', () => {
    expect(MODULES).toHaveLength(11);
  });

  test('bad module - an artifact signed by a stranger is refused', async () => {
    const { bytes } = plainArtifact({}, generateSigningKey());
    const reply = await upload('universal-waf', bytes);
    expect(reply.status).toBe(422);
    expect(reply.body).toMatchObject({ success: false, code: 'WAF_ERR_ENGINE_SIGNATURE_REQUIRED' });
    await expectUntouched();
  });

  test('bad module - 50 MB are refused by node and orchestrator', async () => {
    const large = moduleForm('bot', new Uint8Array(50 * 2 ** 20));
    for (const url of [`${fleet.nodes[0]!.url}/api/v1/wasm/reload`, '/api/v1/wasm/reload-fleet']) {
      const reply = await fleet.api('POST', url, large);
      expect(reply.status).toBe(413);
      expect(reply.body).toMatchObject({
        success: false,
        error: 'Invalid WASM module: larger than 20971520 bytes',
      });
    }
    await expectUntouched();
  });

  test('bad module - two files in one upload are refused', async () => {
    const form = moduleForm('bot', answering(0));
    form.append('file', new Blob([answering(0)]), 'second.wasm');
    const reply = await fleet.api('POST', `${fleet.nodes[0]!.url}/api/v1/wasm/reload`, form);
    expect(reply).toMatchObject({
      status: 413,
      body: { success: false, error: 'one file a request', status: 'still_serving_v1' },
    });
    await expectUntouched();
  });
});

const RULES: readonly [what: string, text: string, status: number, diagnostic: object][] = [
  [
    'invalid JSON',
    '{"id":"a",\n "field":"URI",\n "pattern" "x"}',
    400,
    {
      code: 'WAF_ERR_RULE_JSON_SYNTAX',
      line: 3,
      column: 12,
      message: 'expected ":" after the key "pattern", found the string "x"',
    },
  ],
  [
    'an empty pattern',
    '{"id":"a","field":"URI","pattern":"","action":"block"}',
    422,
    { code: 'WAF_ERR_RULE_MATCHES_EVERYTHING', pointer: '/pattern', line: 1, column: 35 },
  ],
  [
    'a pattern of one star',
    '{"id":"a","field":"URI","pattern":"*","action":"block"}',
    422,
    { code: 'WAF_ERR_RULE_MATCHES_EVERYTHING', pointer: '/pattern', line: 1, column: 35 },
  ],
  [
    'an unknown action',
    '{"id":"a","field":"URI","pattern":"/a","action":"blok"}',
    422,
    { code: 'WAF_ERR_RULE_ACTION_UNKNOWN', pointer: '/action', line: 1, column: 49 },
  ],
  [
    'an unknown key',
    '{"id":"a","field":"URI","patern":"/a","pattern":"/a","action":"block"}',
    422,
    { code: 'WAF_ERR_RULE_KEY_UNKNOWN', pointer: '/patern', line: 1 },
  ],
  [
    'an expired rule',
    '{"id":"a","field":"URI","pattern":"/a","action":"block","expires_at":"2020-01-01T00:00:00Z"}',
    422,
    { code: 'WAF_ERR_RULE_EXPIRED', pointer: '/expires_at' },
  ],
  [
    'an id twice in one batch',
    '[{"id":"a","field":"URI","pattern":"/a","action":"block"},\n{"id":"a","field":"URI","pattern":"/b","action":"block"}]',
    422,
    { code: 'WAF_ERR_RULE_ID_DUPLICATE', pointer: '/1/id', line: 2, column: 7 },
  ],
  [
    'a match example that does not match',
    '{"id":"a","field":"URI","pattern":"/admin","action":"block","examples":{"match":["/other"]}}',
    422,
    { code: 'WAF_ERR_RULE_EXAMPLE_NOT_MATCHED', pointer: '/examples/match/0' },
  ],
  [
    'a no_match example that matches',
    '{"id":"a","field":"URI","pattern":"/admin","action":"block","examples":{"no_match":["/admin/x"]}}',
    422,
    { code: 'WAF_ERR_RULE_EXAMPLE_MATCHED', pointer: '/examples/no_match/0' },
  ],
];

describe('bad rule', () => {
  test.each(RULES)('bad rule - %s', async (_, text, status, diagnostic) => {
    const reply = await fleet.api('POST', '/api/v1/rules', text);
    expect(reply.status).toBe(status);
    expect(reply.body.diagnostics).toEqual([expect.objectContaining(diagnostic)]);
    for (const each of reply.body.diagnostics) expect(each.hint).not.toBe('');
    const { body } = await fleet.api('GET', '/api/v1/rules');
    expect(body.rules).toEqual([]);
  });

  test('bad rule - the table above has 9 rows', () => {
    expect(RULES).toHaveLength(9);
  });

  test('bad rule - all faults of a batch are reported at once, and nothing of it is kept', async () => {
    const good = { id: 'good', field: 'URI', pattern: '/good', action: 'block' };
    const reply = await fleet.api('POST', '/api/v1/rules', [
      good,
      { ...good, id: 'one', action: 'blok' },
      { ...good, id: 'two', pattern: '' },
    ]);
    expect(reply.status).toBe(422);
    expect(reply.body.diagnostics.map((each: any) => [each.code, each.pointer])).toEqual([
      ['WAF_ERR_RULE_ACTION_UNKNOWN', '/1/action'],
      ['WAF_ERR_RULE_MATCHES_EVERYTHING', '/2/pattern'],
    ]);
    expect((await fleet.api('GET', '/api/v1/rules')).body.rules).toEqual([]);
  });

  test('bad rule - the 101st with max_active_rules = 100, and an id that is taken', async () => {
    const rule = (n: number) => ({
      id: `r${n}`,
      field: 'URI',
      pattern: `/r${n}x`,
      action: 'block',
    });
    const hundred = Array.from({ length: 100 }, (_, n) => rule(n));
    expect((await fleet.api('POST', '/api/v1/rules', hundred)).status).toBe(202);
    const full = await fleet.api('POST', '/api/v1/rules', rule(100));
    expect(full.status).toBe(409);
    expect(full.body.diagnostics).toMatchObject([
      {
        code: 'WAF_ERR_RULE_LIMIT',
        message: '100 dynamic rules are active and 1 would be added; max_active_rules is 100',
      },
    ]);
    const taken = await fleet.api('POST', '/api/v1/rules', rule(7));
    expect(taken.status).toBe(409);
    expect(taken.body.diagnostics).toMatchObject([
      { code: 'WAF_ERR_RULE_ID_DUPLICATE', pointer: '/id' },
    ]);
    await fleet.everyNodeAnswers('/r99x', 403);
    await fleet.everyNodeAnswers('/r100x', 200);
  });
});
