import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../unit/cli/run.ts';

let folder: string;
let args: readonly string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'secbeat-ftw-'));
  const config = join(folder, 'waf-config.json');
  writeFileSync(config, JSON.stringify({ version: 1, thresholds: {}, rules: RULES }));
  const tests = join(folder, 'tests.jsonl');
  writeFileSync(tests, TESTS.map((each) => JSON.stringify(each)).join('\n'));
  args = ['ftw', '--config', config, '--tests', tests];
});
afterAll(() => rmSync(folder, { recursive: true }));

const log = { log: {} };
const RULES = [
  {
    id: 'crs-100',
    title: 'Evil',
    when: { target: 'query.*', op: 'contains', value: 'evil' },
    action: log,
  },
  {
    id: 'crs-101',
    when: { target: 'body.raw', op: 'regex', value: '\\xff' },
    action: { score: {} },
    score: { sqli: 5 },
  },
  {
    id: 'crs-102',
    when: { target: 'response.body', op: 'contains', value: 'secret' },
    action: log,
  },
  { id: 'crs-103', when: { target: 'path', op: 'equals', value: '/no' }, action: { block: {} } },
];

const HEADERS = [['Host', 'localhost']];
const get = (uri: string) => ({ uri, headers: HEADERS });

const TESTS = [
  { test_id: '100-1', category: 'A', request: get('/?a=evil'), expect_ids: [100] },
  { test_id: '100-2', category: 'A', request: get('/?a=good'), no_expect_ids: [100] },
  {
    test_id: '100-3',
    category: 'A',
    request: get('/?a=evil'),
    match_regex: 'ARGS:a \\[id "100"\\] \\[msg "Evil"',
  },
  {
    test_id: '101-1',
    category: 'A',
    request: { method: 'POST', headers: HEADERS, body_b64: '/w==' },
    expect_ids: [101],
    no_expect_ids: [100],
  },
  {
    test_id: '102-1',
    category: 'B',
    request: get('/'),
    response: { status: 404, headers: [], body: 'a secret' },
    expect_ids: [102],
    status: 404,
  },
  { test_id: '102-2', category: 'B', request: get('/'), no_expect_ids: [102], status: 200 },
  { test_id: '103-1', category: 'B', request: get('/no'), expect_ids: [103], status: 403 },
  { test_id: '900-1', category: 'C', raw_b64: 'bm9uc2Vuc2UNCg0K', expect_error: true },
  {
    test_id: '900-2',
    category: 'C',
    request: { method: 'FOO', uri: '/?a=evil', headers: HEADERS },
    expect_ids: [100],
  },
];

test('ftw - every test goes through a node, and what fails is told with its reason', async () => {
  const out = join(folder, 'results.jsonl');
  const { exitCode, out: text } = await run([...args, '--out', out]);
  const reason = 'did not match: 100; refused by the node: 400 malformed_request';
  expect([exitCode, text.split('\n').slice(-2)]).toEqual([
    1,
    [`miss 900-2: ${reason}`, '8 of 9 tests pass (88.89 %)'],
  ]);
  const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    TESTS.map(({ test_id }) => {
      const isMiss = test_id === '900-2';
      return { test_id, pass: !isMiss, reason: isMiss ? reason : '' };
    }),
  );
});

test('ftw - some tests only, as JSON, with an artifact', async () => {
  const artifact = join(folder, 'a.wasm');
  const [, , config = '', , tests = ''] = args;
  expect((await run(['build', '--config', config, '--out', artifact])).exitCode).toBe(0);
  const only = ['--only', '^10', '--json'];
  const { exitCode, out } = await run(['ftw', '--config', artifact, '--tests', tests, ...only]);
  expect([exitCode, JSON.parse(out)]).toEqual([
    0,
    {
      tests: 7,
      passed: 7,
      by_override: 0,
      categories: [
        { category: 'A', tests: 4, passed: 4 },
        { category: 'B', tests: 3, passed: 3 },
      ],
      misses: [],
    },
  ]);
});

test('ftw - what cannot be read or run is said, with the exit code', async () => {
  const { exitCode, err } = await run([...args, '--only', 'nothing']);
  expect([exitCode, err]).toEqual([2, expect.stringContaining('no test is left to run')]);
  expect((await run([...args, '--only', '('])).exitCode).toBe(2);
  expect((await run(['ftw', '--config', folder, '--tests', folder])).exitCode).toBe(2);
  const bad = join(folder, 'bad.jsonl');
  writeFileSync(bad, '{}');
  const result = await run([...args.slice(0, 3), '--tests', bad]);
  expect([result.exitCode, result.err]).toEqual([
    1,
    expect.stringContaining('line 1 has no test_id'),
  ]);
});
