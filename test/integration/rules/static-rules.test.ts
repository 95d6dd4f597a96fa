import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { LIMITS } from '../../../src/config/limits.ts';
import type { Diagnostic } from '../../../src/rules/diagnostic.ts';
import { openLastGoodTexts } from '../../../src/rules/last-good-texts.ts';
import {
  createStaticRules,
  type StaticRules,
  type StaticRulesDeps,
} from '../../../src/rules/static-rules.ts';
import { temporaryFolder } from '../../servers.ts';

const log = pino({ level: 'silent' });
const SETTINGS = { thresholds: {}, on_budget: 'log', max_steps: 1000 } as const;

async function open(dir: string, more: Partial<StaticRulesDeps> = {}): Promise<StaticRules> {
  return createStaticRules({
    dir,
    settings: SETTINGS,
    trial: { check: async () => [] },
    lastGood: await openLastGoodTexts(join(temporaryFolder(), 'static-rules.json'), log),
    watchDebounceMs: null,
    onChanged: () => undefined,
    now: () => Date.parse('2030-01-01T00:00:00Z'),
    log,
    ...more,
  });
}

const rule = (id: string, pattern = `/${id}`, more: object = {}) =>
  JSON.stringify({ id, field: 'URI', pattern, action: 'block', ...more });
const ids = (rules: StaticRules) => rules.list().map((entry) => entry.rule.id);
const codes = (rules: StaticRules) => rules.problems().map(({ code }) => code);

test('static rules - one rule, an array and {rules} are read from every folder below', async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, 'deep', 'er'), { recursive: true });
  mkdirSync(join(dir, '.hidden'));
  mkdirSync(join(dir, 'folder.json'));
  writeFileSync(join(dir, 'b.json'), rule('one'));
  writeFileSync(join(dir, 'deep', 'a.json'), `[${rule('two')},${rule('three')}]`);
  writeFileSync(join(dir, 'deep', 'er', 'a.json'), `{"rules":[${rule('four')}]}`);
  writeFileSync(join(dir, 'empty.json'), '{"rules":[]}');
  writeFileSync(join(dir, 'README.md'), 'not a rule');
  writeFileSync(join(dir, '.hidden', 'x.json'), rule('hidden'));
  symlinkSync(join(dir, '.hidden', 'x.json'), join(dir, 'link.json'));
  const rules = await open(dir);
  expect(ids(rules)).toEqual(['one', 'two', 'three', 'four', 'hidden']);
  expect(rules.list()[0]?.file).toBe(join(dir, 'b.json'));
  expect(rules.problems()).toEqual([]);
});

test('static rules - a folder that does not exist holds nothing', async () => {
  const rules = await open(join(temporaryFolder(), 'none'));
  expect(rules.list()).toEqual([]);
});

test('static rules - a half-written or invalid file keeps the rules it had and says where the fault is', async () => {
  const dir = temporaryFolder();
  const file = join(dir, 'a.json');
  writeFileSync(file, `[${rule('a')},${rule('b')}]`);
  const rules = await open(dir);
  const before = rules.list();

  writeFileSync(file, `[${rule('a')},\n${rule('b').slice(0, 20)}`);
  expect(await rules.reload()).toBe(false);
  expect(rules.list()).toBe(before);
  expect(rules.problems()).toEqual([
    expect.objectContaining({ code: 'WAF_ERR_RULE_JSON_SYNTAX', file, line: 2, column: 19 }),
  ]);

  writeFileSync(file, '');
  expect(await rules.reload()).toBe(false);
  writeFileSync(file, rule('a', '*'));
  expect(await rules.reload()).toBe(false);
  expect(codes(rules)).toEqual(['WAF_ERR_RULE_MATCHES_EVERYTHING']);
  expect(ids(rules)).toEqual(['a', 'b']);

  writeFileSync(file, rule('a', '/new'));
  expect(await rules.reload()).toBe(true);
  expect(ids(rules)).toEqual(['a']);
  expect(rules.problems()).toEqual([]);
});

test('static rules - a file that is gone takes its rules with it', async () => {
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'a.json'), rule('a'));
  writeFileSync(join(dir, 'b.json'), rule('b'));
  const rules = await open(dir);
  rmSync(join(dir, 'a.json'));
  expect(await rules.reload()).toBe(true);
  expect(ids(rules)).toEqual(['b']);
});

test('static rules - a restart with a broken file keeps its last good rules until it is mended or gone', async () => {
  const dir = temporaryFolder();
  const state = join(temporaryFolder(), 'not', 'there', 'static-rules.json');
  const start = async (more: Partial<StaticRulesDeps> = {}) =>
    open(dir, { lastGood: await openLastGoodTexts(state, log), ...more });
  const [a, b] = [join(dir, 'a.json'), join(dir, 'b.json')];
  writeFileSync(a, `[${rule('a')},${rule('b')}]`);
  writeFileSync(b, rule('c'));
  expect(ids(await start())).toEqual(['a', 'b', 'c']);

  writeFileSync(a, `[${rule('a')},`);
  // While nothing can be tried, nothing is forgotten either.
  const check = async () => Promise.reject(new Error('thread died'));
  expect(ids(await start({ trial: { check } }))).toEqual([]);
  const again = await start();
  expect(ids(again)).toEqual(['a', 'b', 'c']);
  expect(codes(again)).toEqual(['WAF_ERR_RULE_JSON_SYNTAX']);
  writeFileSync(a, '');
  expect(await again.reload()).toBe(false);
  truncateSync(a, LIMITS.batch.max_body_bytes + 1);
  expect(ids(await start())).toEqual(['a', 'b', 'c']);

  rmSync(b);
  expect(ids(await start())).toEqual(['a', 'b']);
  writeFileSync(b, '{');
  const mended = await start();
  expect(ids(mended)).toEqual(['a', 'b']);
  writeFileSync(a, rule('a', '/new'));
  expect(await mended.reload()).toBe(true);
  expect(JSON.parse(readFileSync(state, 'utf8'))).toEqual({
    format: 1,
    files: [[a, rule('a', '/new')]],
  });
});

test('static rules - last good texts that are damaged or refused by now bring no rule back', async () => {
  const dir = temporaryFolder();
  const state = join(temporaryFolder(), 'static-rules.json');
  const file = join(dir, 'a.json');
  const unsound = JSON.stringify({ format: 1, files: [[file, rule('a', '*')]] });
  const others = ['', '{', 'null', '[]', '{"format":2,"files":[]}', '{"format":1,"files":[["x"]]}'];
  for (const text of [unsound, ...others]) {
    writeFileSync(file, '{');
    writeFileSync(state, text);
    const rules = await open(dir, { lastGood: await openLastGoodTexts(state, log) });
    expect([text, ids(rules)]).toEqual([text, []]);
    writeFileSync(file, rule('a'));
    expect([text, await rules.reload(), ids(rules)]).toEqual([text, true, ['a']]);
  }
});

test('static rules - last good texts that cannot be written stop nothing and are written later', async () => {
  const dir = temporaryFolder();
  const state = join(temporaryFolder(), 'data');
  writeFileSync(state, 'a file where the folder should be');
  writeFileSync(join(dir, 'a.json'), rule('a'));
  const lastGood = await openLastGoodTexts(join(state, 'static-rules.json'), log);
  const rules = await open(dir, { lastGood });
  expect(ids(rules)).toEqual(['a']);
  rmSync(state);
  expect(await rules.reload()).toBe(false);
  expect(JSON.parse(readFileSync(join(state, 'static-rules.json'), 'utf8')).files).toHaveLength(1);
});

test('static rules - writing the same rules differently is no change', async () => {
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'a.json'), rule('a'));
  const rules = await open(dir);
  const before = rules.list();
  writeFileSync(join(dir, 'a.json'), JSON.stringify({ rules: [JSON.parse(rule('a'))] }, null, 4));
  expect(await rules.reload()).toBe(false);
  expect(rules.list()).toBe(before);
});

test('static rules - of an id in two files the first by path counts, and both files are named', async () => {
  const dir = temporaryFolder();
  const [a, b] = [join(dir, 'a.json'), join(dir, 'b.json')];
  writeFileSync(b, `[${rule('x', '/from-b')},${rule('y')}]`);
  const rules = await open(dir);
  writeFileSync(a, rule('x', '/from-a'));
  expect(await rules.reload()).toBe(true);
  expect(rules.list().map(({ rule: { id }, file }) => [id, file])).toEqual([
    ['x', a],
    ['y', b],
  ]);
  expect(rules.problems()).toEqual([
    expect.objectContaining({
      code: 'WAF_ERR_RULE_ID_DUPLICATE',
      file: b,
      rule_id: 'x',
      message: `${b} and ${a} both have a rule "x"; the one in ${a} counts`,
    }),
  ]);
});

test('static rules - what the trial refuses is not taken over, and is tried again after a failed trial', async () => {
  const dir = temporaryFolder();
  const file = join(dir, 'a.json');
  writeFileSync(file, rule('a'));
  let answer: readonly Diagnostic[] | Error = new Error('thread died');
  const check = async () => {
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const rules = await open(dir, { trial: { check } });
  expect([ids(rules), codes(rules)]).toEqual([[], ['WAF_ERR_RULE_TRIAL_UNAVAILABLE']]);
  answer = [{ code: 'WAF_ERR_RULE_EXAMPLE_MATCHED', pointer: '/rules/0', message: 'm', hint: 'h' }];
  expect(await rules.reload()).toBe(false);
  expect(rules.problems()).toEqual([expect.objectContaining({ ...answer[0], file })]);
  answer = [];
  writeFileSync(file, rule('a', '/other'));
  expect(await rules.reload()).toBe(true);
  expect(ids(rules)).toEqual(['a']);
});

test('static rules - ttl_seconds counts from created_at, and an expired rule is only a warning', async () => {
  const dir = temporaryFolder();
  const lifetime = { created_at: '2029-12-31T00:00:00Z', ttl_seconds: 3600 };
  writeFileSync(join(dir, 'a.json'), rule('a', '/a', lifetime));
  writeFileSync(join(dir, 'b.json'), rule('b', '/b', { expires_at: '2029-01-01T00:00:00Z' }));
  writeFileSync(join(dir, 'c.json'), rule('c', '/c', { ttl_seconds: 3600 }));
  const rules = await open(dir);
  expect(rules.list()[0]?.rule.expires_at).toBe('2029-12-31T01:00:00.000Z');
  expect(ids(rules)).toEqual(['a', 'b']);
  expect(rules.problems().map(({ code, severity }) => [code, severity])).toEqual([
    ['WAF_ERR_RULE_EXPIRED', 'warning'],
    ['WAF_ERR_RULE_LIFETIME', undefined],
  ]);
});

test('static rules - a file that cannot be read keeps its rules', async () => {
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'a.json'), rule('a'));
  const rules = await open(dir);
  truncateSync(join(dir, 'a.json'), LIMITS.batch.max_body_bytes + 1);
  expect(await rules.reload()).toBe(false);
  expect(codes(rules)).toEqual(['WAF_ERR_RULE_FILE_UNREADABLE']);
  expect(ids(rules)).toEqual(['a']);
});

test('static rules - a watched folder reports new, replaced, broken and removed files', async () => {
  const dir = join(temporaryFolder(), 'not', 'there', 'yet');
  let changed: () => void = () => undefined;
  const next = () =>
    new Promise<void>((resolve) => {
      changed = resolve;
    });
  const rules = await open(dir, { watchDebounceMs: 20, onChanged: () => changed() });

  let event = next();
  mkdirSync(join(dir, 'sub'));
  writeFileSync(join(dir, 'sub', 'a.json'), rule('a'));
  await event;
  expect(ids(rules)).toEqual(['a']);

  event = next();
  writeFileSync(join(dir, 'sub', 'a.json'), '{"id":');
  writeFileSync(join(dir, 'b.json.tmp'), rule('b'));
  renameSync(join(dir, 'b.json.tmp'), join(dir, 'b.json'));
  await event;
  expect(ids(rules)).toEqual(['b', 'a']);

  event = next();
  rmSync(join(dir, 'b.json'));
  await event;
  expect(ids(rules)).toEqual(['a']);
  await rules.close();
});
