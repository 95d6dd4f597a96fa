import { expect, test } from 'vitest';
import { accepted, fileOf, HTTP, openBook, refusal, START, shortRule } from './open-book.ts';

const EXCLUSION = {
  id: 'html',
  rules: ['a', 'tag:attack-*'],
  path: '/posts/**',
  except: ['ARGS:q'],
};
const text = (...entries: object[]) => JSON.stringify(entries);

async function bookWithRules() {
  const opened = await openBook();
  opened.world.files = [fileOf(shortRule('a')), fileOf(shortRule('b', { tags: ['attack-xss'] }))];
  return opened;
}

test('tuning - an entry is stored in full, released, and listed with its rules', async () => {
  const { book, store, world } = await bookWithRules();
  const answer = accepted(await book.tuning.submit(text(EXCLUSION), HTTP));
  expect(answer).toMatchObject({ ids: ['html'], revision: 1, warnings: [] });
  expect(world.marks).toEqual(['normal']);
  const entry = {
    ...EXCLUSION,
    path: ['/posts/**'],
    except: ['query[q]', 'body.form[q]', 'body.json./q'],
  };
  const stored = { entry, actor: 'alice', added_at: START, updated_at: START };
  expect(store.document()?.tuning).toEqual([stored]);
  expect(await book.tuning.list()).toEqual([{ ...stored, rules: ['a', 'b'] }]);
  expect((await book.merged(START)).config.tuning).toEqual([entry]);
});

test('tuning - entries are tried together with all rules', async () => {
  const { book, world } = await bookWithRules();
  accepted(await book.tuning.submit(text(EXCLUSION), HTTP));
  accepted(await book.tuning.submit(text({ id: 'p', path: ['/admin/**'], paranoia: 2 }), HTTP));
  const last = world.tried.at(-1)!;
  expect(last.rules.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(last.tuning?.map(({ id }) => id)).toEqual(['html', 'p']);
});

test('tuning - a replacement keeps its place, and a removal takes it out', async () => {
  const { book, world, store } = await bookWithRules();
  const second = { id: 'p', paranoia: 2 };
  accepted(await book.tuning.submit(JSON.stringify({ tuning: [EXCLUSION, second] }), HTTP));
  world.now += 5;
  accepted(await book.tuning.replace('html', '{"rules":["a"],"mode":"shadow"}', HTTP));
  expect(store.document()?.tuning).toMatchObject([
    { entry: { id: 'html', mode: 'shadow' }, added_at: START, updated_at: START + 5 },
    { entry: second },
  ]);
  accepted(await book.tuning.remove('html', HTTP));
  expect((await book.tuning.list()).map(({ entry }) => entry)).toEqual([second]);
  expect(refusal(await book.tuning.remove('html', HTTP))).toEqual([
    'unknown',
    'WAF_ERR_TUNING_ID_UNKNOWN',
  ]);
});

const FAULTS: readonly (readonly [name: string, entry: object, code: string, pointer: string])[] = [
  ['no effect', { rules: ['a'] }, 'WAF_ERR_TUNING_EFFECT', ''],
  ['two effects', { rules: ['a'], mode: 'off', paranoia: 1 }, 'WAF_ERR_TUNING_EFFECT', '/paranoia'],
  ['no rules', { mode: 'off' }, 'WAF_ERR_TUNING_RULES_MISSING', ''],
  ['rules beside paranoia', { rules: ['a'], paranoia: 1 }, 'WAF_ERR_TUNING_RULES_UNUSED', '/rules'],
  ['everything off', { rules: ['*'], mode: 'off' }, 'WAF_ERR_TUNING_EVERYTHING', '/rules'],
  ['every tag off', { rules: ['tag:**'], mode: 'off' }, 'WAF_ERR_TUNING_EVERYTHING', '/rules'],
  ['stars in the middle', { path: '/a/**/b', paranoia: 1 }, 'WAF_ERR_TUNING_PATH', '/path'],
  ['a query', { path: ['/a', '/b?c'], paranoia: 1 }, 'WAF_ERR_TUNING_PATH', '/path/1'],
  ['a relative path', { path: 'a', paranoia: 1 }, 'WAF_ERR_RULE_VALUE', '/path'],
  ['a target', { rules: ['a'], except: ['querry[q]'] }, 'WAF_ERR_TUNING_TARGET', '/except/0'],
  ['a score', { rules: ['a'], except: ['score.a'] }, 'WAF_ERR_TUNING_TARGET', '/except/0'],
  ['a key', { rules: ['a'], mode: 'off', target: 'x' }, 'WAF_ERR_RULE_KEY_UNKNOWN', '/target'],
  ['a mode', { rules: ['a'], mode: 'enforce' }, 'WAF_ERR_RULE_VALUE', '/mode'],
  ['a method', { rules: ['a'], mode: 'off', method: 'get' }, 'WAF_ERR_RULE_VALUE', '/method'],
  ['a level', { paranoia: 5 }, 'WAF_ERR_RULE_VALUE', '/paranoia'],
  [
    'the past',
    { paranoia: 1, expires_at: '2029-12-31T00:00:00Z' },
    'WAF_ERR_RULE_EXPIRED',
    '/expires_at',
  ],
];

test.each(FAULTS)('tuning - %s is refused at its place', async (_, entry, code, pointer) => {
  const { book, store } = await bookWithRules();
  const answer = await book.tuning.submit(`\n${JSON.stringify({ id: 'x', ...entry })}`, HTTP);
  expect(answer).toMatchObject({ ok: false, kind: 'invalid', diagnostics: [{ code, pointer }] });
  expect(answer.ok || answer.diagnostics[0]!.line).toBe(2);
  expect(store.document()).toBeUndefined();
});

test('tuning - the table of faults is complete', () => expect(FAULTS).toHaveLength(16));

test('tuning - an id that is taken is refused where it stands', async () => {
  const { book } = await bookWithRules();
  accepted(await book.tuning.submit(text(EXCLUSION), HTTP));
  const answer = await book.tuning.submit(text({ id: 'p', paranoia: 1 }, EXCLUSION), HTTP);
  expect(answer).toMatchObject({
    kind: 'conflict',
    diagnostics: [{ code: 'WAF_ERR_TUNING_ID_DUPLICATE', pointer: '/1/id', line: 1 }],
  });
});

test('tuning - a selector of no rule is a warning with a suggestion', async () => {
  const { book } = await openBook();
  accepted(await book.submit(shortRule('crs-942100'), HTTP));
  const entry = { id: 'x', rules: ['crs-94210', 'crs-942*'], mode: 'shadow' };
  const { entries, diagnostics } = await book.tuning.validate(JSON.stringify(entry));
  expect(entries).toEqual([{ entry, rules: ['crs-942100'] }]);
  expect(diagnostics).toMatchObject([
    { code: 'WAF_ERR_TUNING_RULES_UNKNOWN', severity: 'warning', pointer: '/rules/0' },
  ]);
  expect(diagnostics[0]!.hint).toContain('Did you mean "crs-942100"?');
  expect(await book.tuning.list()).toEqual([]);
});

test('tuning - an expired entry is left out, and somebody is told when', async () => {
  const { book } = await bookWithRules();
  const expires_at = new Date(START + 1000).toISOString();
  accepted(await book.tuning.submit(text({ ...EXCLUSION, expires_at }), HTTP));
  const before = await book.merged(START);
  expect(before.nextExpiry).toBe(START + 1000);
  expect(before.config.tuning).toHaveLength(1);
  expect((await book.merged(START + 1000)).config).not.toHaveProperty('tuning');
});

test('tuning - a rollback brings the entries of the release back', async () => {
  const { book } = await bookWithRules();
  accepted(await book.tuning.submit(text(EXCLUSION), HTTP));
  const { config } = await book.merged(START);
  accepted(await book.tuning.replace('html', '{"rules":["*"],"mode":"shadow"}', HTTP));
  accepted(await book.tuning.submit(text({ id: 'new', paranoia: 1 }), HTTP));
  const rollback = { actor: 'bob', source: 'rollback' } as const;
  const { rules, tuning = [] } = config;
  accepted(await book.restore({ revision: 'v1', rules, tuning }, rollback));
  expect((await book.merged(START)).config).toEqual(config);
  const again = accepted(await book.restore({ revision: 'v1', rules, tuning }, rollback));
  expect(again.revision).toBeNull();
});

test('tuning - an edit of waf-config.json replaces all entries, or touches none', async () => {
  const { book } = await bookWithRules();
  accepted(await book.tuning.submit(text(EXCLUSION), HTTP));
  const hand = { actor: 'waf-config', source: 'waf-config' } as const;
  const nothing = { rules: [], removed: [], settings: null };
  const entry = { id: 'hand', paranoia: 1 };
  accepted(await book.applyWafConfig({ ...nothing, tuning: null }, hand));
  expect(await book.tuning.list()).toHaveLength(1);
  accepted(await book.applyWafConfig({ ...nothing, tuning: [entry] }, hand));
  expect(await book.tuning.list()).toMatchObject([{ entry, actor: 'waf-config' }]);
});
