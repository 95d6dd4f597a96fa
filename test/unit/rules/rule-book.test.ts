import { expect, test } from 'vitest';
import {
  accepted,
  fileOf,
  HTTP,
  openBook,
  refusal,
  ruleOf,
  START,
  shortRule,
} from './open-book.ts';

const at = (ms: number) => new Date(START + ms).toISOString();

test('submit - an accepted rule is stored, promised to a revision and marked', async () => {
  const { book, store, world } = await openBook();
  const answer = accepted(await book.submit(shortRule('a'), HTTP));
  expect(answer).toEqual({ ok: true, ids: ['a'], pending: [], revision: 1, warnings: [] });
  expect(world.marks).toEqual(['normal']);
  expect(store.document()?.rules).toEqual([
    {
      rule: {
        ...ruleOf(shortRule('a')),
        created_at: at(0),
        expires_at: at(3_600_000),
      },
      state: 'active',
      actor: 'alice',
      added_at: START,
      updated_at: START,
    },
  ]);
});

test('submit - a batch is accepted whole or not at all', async () => {
  const { book, store } = await openBook();
  const bad = `[${shortRule('a')},${shortRule('b', { action: 'blok' })}]`;
  expect(refusal(await book.submit(bad, HTTP))).toEqual(['invalid', 'WAF_ERR_RULE_ACTION_UNKNOWN']);
  expect(store.document()).toBeUndefined();
  const good = `{"rules":[${shortRule('a')},${shortRule('b')}]}`;
  expect(accepted(await book.submit(good, HTTP)).ids).toEqual(['a', 'b']);
});

test('submit - an id that exists is refused at its position, in the store and in files', async () => {
  const { book, world } = await openBook();
  world.files = [fileOf(shortRule('f'))];
  accepted(await book.submit(shortRule('a'), HTTP));
  const answer = await book.submit(`[${shortRule('a')},\n${shortRule('f')}]`, HTTP);
  expect(answer).toMatchObject({
    kind: 'conflict',
    diagnostics: [
      { code: 'WAF_ERR_RULE_ID_DUPLICATE', pointer: '/0/id', line: 1, column: 8, rule_id: 'a' },
      { code: 'WAF_ERR_RULE_ID_DUPLICATE', pointer: '/1/id', line: 2, column: 7, rule_id: 'f' },
    ],
  });
});

test('submit - what the trial finds is reported at its place in the text', async () => {
  const { book, world, store } = await openBook();
  world.bad.add('b');
  const answer = await book.submit(`[${shortRule('a')},\n  ${shortRule('b')}]`, HTTP);
  expect(answer).toMatchObject({
    kind: 'invalid',
    diagnostics: [
      {
        code: 'WAF_ERR_COMPILE_OPERATOR_UNSUPPORTED',
        pointer: '/1/pattern',
        line: 2,
        column: 37,
        rule_id: 'b',
      },
    ],
  });
  expect(store.document()).toBeUndefined();
});

test('submit - faults of shape, of ids and of the trial are reported together', async () => {
  const { book, world } = await openBook();
  accepted(await book.submit(shortRule('a'), HTTP));
  world.bad.add('b');
  const text = `[${shortRule('a')},${shortRule('b')},${shortRule('c', { mode: 'of' })}]`;
  expect(refusal(await book.submit(text, HTTP))).toEqual([
    'invalid',
    'WAF_ERR_RULE_VALUE',
    'WAF_ERR_COMPILE_OPERATOR_UNSUPPORTED',
    'WAF_ERR_RULE_ID_DUPLICATE',
  ]);
});

test('submit - the 101st active rule is refused with the numbers, and its batch with it', async () => {
  const { book, world } = await openBook();
  const batch = Array.from({ length: 99 }, (_, n) => shortRule(`r${n}`));
  accepted(await book.submit(`[${batch}]`, HTTP));
  const tried = world.tried.length;
  const answer = await book.submit(`[${shortRule('x')},${shortRule('y')}]`, HTTP);
  expect(refusal(answer)).toEqual(['full', 'WAF_ERR_RULE_LIMIT']);
  expect(answer).toMatchObject({
    diagnostics: [{ message: expect.stringMatching(/99 .* 2 .* 100/) }],
  });
  expect(world.tried.length).toBe(tried);
  accepted(await book.submit(shortRule('x'), HTTP));
  expect(refusal(await book.submit(shortRule('y'), HTTP))[0]).toBe('full');
});

test('submit - an expired rule makes room and gives its id back', async () => {
  const { book, world } = await openBook({ max_active_rules: 1 });
  accepted(await book.submit(shortRule('a', { ttl_seconds: 10 }), HTTP));
  expect(refusal(await book.submit(shortRule('b'), HTTP))[0]).toBe('full');
  world.now += 10_000;
  expect((await book.get('a'))?.state).toBe('expired');
  accepted(await book.submit(shortRule('b', { ttl_seconds: 10 }), HTTP));
  world.now += 10_000;
  accepted(await book.submit(shortRule('a'), HTTP));
});

test('submit - switched off by the settings', async () => {
  const { book } = await openBook({ enabled: false });
  expect(refusal(await book.submit(shortRule('a'), HTTP))).toEqual([
    'conflict',
    'WAF_ERR_RULE_DYNAMIC_DISABLED',
  ]);
});

test('submit - a lifetime of 0 seconds never ends, and the default counts from now', async () => {
  const { book } = await openBook();
  accepted(await book.submit(`[${shortRule('a', { ttl_seconds: 0 })},${shortRule('b')}]`, HTTP));
  expect((await book.get('a'))?.rule.expires_at).toBeUndefined();
  expect((await book.get('b'))?.rule.expires_at).toBe(at(3_600_000));
});

const GATED: readonly [name: string, rule: object, reason: string | undefined][] = [
  ['a manual rule', {}, undefined],
  ['a confident rule', { confidence: 0.85 }, undefined],
  ['a doubtful rule', { confidence: 0.84 }, 'confidence 0.84 is below min_confidence 0.85'],
  ['a confident generated rule', { confidence: 0.9, provenance: { source: 'ml' } }, undefined],
  [
    'a generated rule without a confidence',
    { provenance: { source: 'ml' } },
    'the rule was generated and states no confidence',
  ],
];

test.each(GATED)('gates - %s', async (_, more, reason) => {
  const { book, world } = await openBook();
  const answer = accepted(await book.submit(shortRule('a', more), HTTP));
  const listed = await book.get('a');
  expect(listed?.reason).toBe(reason);
  expect(listed?.state).toBe(reason === undefined ? 'active' : 'pending');
  expect(answer.pending).toEqual(reason === undefined ? [] : ['a']);
  expect(answer.revision).toBe(reason === undefined ? 1 : null);
  expect(world.marks).toEqual(reason === undefined ? ['normal'] : []);
  expect((await book.merged(START)).config.rules).toHaveLength(reason === undefined ? 1 : 0);
});

test('gates - with auto_deploy off a rule waits for approval, and its lifetime with it', async () => {
  const { book, world } = await openBook({ auto_deploy: false });
  expect(accepted(await book.submit(shortRule('a', { ttl_seconds: 60 }), HTTP)).pending).toEqual([
    'a',
  ]);
  expect((await book.get('a'))?.reason).toBe('auto_deploy is off');
  world.now += 1_000_000;
  expect(accepted(await book.approve('a', HTTP)).revision).toBe(1);
  expect(await book.get('a')).toMatchObject({
    state: 'active',
    rule: { expires_at: at(1_060_000) },
  });
  expect(accepted(await book.approve('a', HTTP)).revision).toBeNull();
});

test('gates - a replacement that waits leaves the old content in force until it is approved', async () => {
  const { book, world } = await openBook({ auto_deploy: false });
  const patterns = async () =>
    (await book.merged(world.now)).config.rules.map(({ when }) => 'value' in when && when.value);
  accepted(await book.submit(shortRule('a'), HTTP));
  accepted(await book.approve('a', HTTP));
  for (const pattern of ['/first', '/second']) {
    const answer = accepted(await book.replace('a', shortRule('a', { pattern }), HTTP));
    expect([answer.pending, answer.revision]).toEqual([['a'], null]);
  }
  expect(await patterns()).toEqual(['/a']);
  expect(await book.get('a')).toMatchObject({
    state: 'active',
    pending_version: { rule: { when: { value: '/second' } }, reason: 'auto_deploy is off' },
  });
  world.now += 5_000;
  expect(accepted(await book.approve('a', HTTP)).revision).not.toBeNull();
  expect(await patterns()).toEqual(['/second']);
  const listed = await book.list();
  expect(listed).toHaveLength(1);
  expect(listed[0]?.pending_version).toBeUndefined();
  expect(listed[0]?.rule.expires_at).toBe(at(5_000 + 3_600_000));
});

test('gates - a replacement that waits outlives the rule in force', async () => {
  const { book, world } = await openBook({ auto_deploy: false });
  accepted(await book.submit(shortRule('a', { ttl_seconds: 60 }), HTTP));
  accepted(await book.approve('a', HTTP));
  accepted(await book.replace('a', shortRule('a', { pattern: '/new' }), HTTP));
  world.now += 60_000 + 3_600_000;
  accepted(await book.submit(shortRule('b'), HTTP));
  expect(await book.get('a')).toMatchObject({
    state: 'pending',
    rule: { when: { value: '/new' } },
  });
});

test('files - a rule file that displaces a dynamic rule is logged once, and shows it', async () => {
  const { book, world } = await openBook();
  const touch = () => book.touch('rules', { actor: 'file', source: 'file' });
  accepted(await book.submit(shortRule('a'), HTTP));
  world.files = [fileOf(shortRule('a', { pattern: '/file' })), fileOf(shortRule('b'))];
  await touch();
  await touch();
  expect(world.warned).toMatchObject([
    { displaced: [{ id: 'a', file: 'rules/x.json' }], count: 1 },
  ]);
  expect(await book.get('a')).toMatchObject({
    source: 'static',
    displaces: { actor: 'alice', added_at: START, rule: { when: { value: '/a' } } },
  });
  expect((await book.get('b'))?.displaces).toBeUndefined();
  world.files = [];
  await touch();
  expect(await book.get('a')).toMatchObject({ source: 'dynamic', state: 'active' });
  expect(world.warned).toHaveLength(1);
});

test('approve - gives a new lifetime, also to a rule that has expired', async () => {
  const { book, world } = await openBook();
  accepted(await book.submit(shortRule('a', { ttl_seconds: 60 }), HTTP));
  accepted(await book.approve('a', HTTP, 120));
  expect((await book.get('a'))?.rule.expires_at).toBe(at(120_000));
  world.now += 120_000;
  accepted(await book.approve('a', HTTP));
  expect((await book.get('a'))?.rule.expires_at).toBe(at(120_000 + 3_600_000));
});

test('replace - changes a dynamic rule, keeps its age, and may leave the id out of the body', async () => {
  const { book, world } = await openBook();
  accepted(await book.submit(shortRule('a'), HTTP));
  world.now += 5_000;
  const body = JSON.stringify({ field: 'URI', pattern: '/new', action: 'log' });
  accepted(await book.replace('a', body, HTTP));
  const listed = await book.get('a');
  expect(listed?.rule).toMatchObject({ id: 'a', action: { log: {} }, created_at: at(0) });
  expect(listed?.added_at).toBe(START);
});

test('replace - another id, an unknown id, a rule of a file and a list are refused', async () => {
  const { book, world } = await openBook();
  world.files = [fileOf(shortRule('f'))];
  accepted(await book.submit(shortRule('a'), HTTP));
  for (const body of [shortRule('b'), shortRule('b', { pattern: '/a' })]) {
    expect(refusal(await book.replace('a', body, HTTP))).toEqual([
      'invalid',
      'WAF_ERR_RULE_ID_MISMATCH',
    ]);
  }
  expect(refusal(await book.replace('z', shortRule('z'), HTTP))).toEqual([
    'unknown',
    'WAF_ERR_RULE_ID_UNKNOWN',
  ]);
  expect(refusal(await book.replace('f', shortRule('f'), HTTP))).toEqual([
    'conflict',
    'WAF_ERR_RULE_STATIC',
  ]);
  const list = `[${shortRule('a')},${shortRule('b')}]`;
  expect(refusal(await book.replace('a', list, HTTP))).toEqual(['invalid', 'WAF_ERR_RULE_TYPE']);
});

test('remove - takes a dynamic rule out; a rule of a file and an unknown one are refused', async () => {
  const { book, world, store } = await openBook();
  world.files = [fileOf(shortRule('f'))];
  accepted(await book.submit(shortRule('a'), HTTP));
  expect(accepted(await book.remove('a', HTTP)).revision).toBe(1);
  expect(store.document()?.rules).toEqual([]);
  expect(refusal(await book.remove('a', HTTP))[0]).toBe('unknown');
  expect(refusal(await book.remove('f', HTTP))).toEqual(['conflict', 'WAF_ERR_RULE_STATIC']);
});

test('validate - finds what submit would, and changes nothing', async () => {
  const { book, store, world } = await openBook();
  accepted(await book.submit(shortRule('a'), HTTP));
  const writes = store.writes;
  const { rules, diagnostics } = await book.validate(`[${shortRule('a')},${shortRule('b')}]`);
  expect(rules.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(diagnostics.map(({ code }) => code)).toEqual(['WAF_ERR_RULE_ID_DUPLICATE']);
  expect([store.writes, world.marks.length]).toEqual([writes, 1]);
});

test('warnings - a condition that another rule has, and one that can never decide', async () => {
  const { book } = await openBook();
  const same = { pattern: '/same' };
  accepted(await book.submit(shortRule('a', same), HTTP));
  const twice = accepted(await book.submit(shortRule('b', same), HTTP));
  expect(twice.warnings.map(({ code, pointer }) => [code, pointer])).toEqual([
    ['WAF_ERR_RULE_DUPLICATE_CONDITION', '/pattern'],
  ]);
  accepted(await book.submit(shortRule('c', { ...same, action: 'allow', priority: 5 }), HTTP));
  const late = accepted(await book.submit(shortRule('d', { ...same, action: 'log' }), HTTP));
  expect(late.warnings.map(({ code }) => code)).toEqual(['WAF_ERR_RULE_UNREACHABLE']);
});

test('warnings - a queue that is down delays the release and refuses nothing', async () => {
  const { book, world } = await openBook();
  world.queueDown = true;
  const answer = accepted(await book.submit(shortRule('a'), HTTP));
  expect(answer.revision).toBe(1);
  expect(answer.warnings.map(({ code, severity }) => [code, severity])).toEqual([
    ['WAF_ERR_RULE_RELEASE_DELAYED', 'warning'],
  ]);
});

test('store - one that does not answer makes the change busy, and nothing is kept', async () => {
  const { book, store } = await openBook();
  accepted(await book.submit(shortRule('a'), HTTP));
  store.broken = new Error('TIMEOUT');
  expect(refusal(await book.submit(shortRule('b'), HTTP))).toEqual([
    'busy',
    'WAF_ERR_RULE_STORE_UNAVAILABLE',
  ]);
  await expect(book.touch('start', HTTP)).rejects.toThrow('TIMEOUT');
  store.broken = null;
  accepted(await book.submit(shortRule('b'), HTTP));
});
