import { expect, test } from 'vitest';
import { accepted, fileOf, HTTP, openBook, refusal, START, shortRule } from './open-book.ts';

test('kill switch - for everything releases shadow rules in the urgent lane', async () => {
  const { book, world } = await openBook();
  world.files = [fileOf(shortRule('f'))];
  accepted(await book.submit(shortRule('a'), HTTP));
  world.marks.length = 0;
  expect(accepted(await book.kill(true, HTTP)).revision).toBe(1);
  expect(world.marks).toEqual(['urgent']);
  expect((await book.merged(START)).config.rules.map(({ mode }) => mode)).toEqual([
    'shadow',
    'shadow',
  ]);
  expect(accepted(await book.kill(true, HTTP)).revision).toBeNull();
  accepted(await book.kill(false, HTTP));
  expect((await book.merged(START)).config.rules[0]?.mode).toBe('enforce');
});

test('kill switch - for one rule holds it whatever its content becomes', async () => {
  const { book } = await openBook();
  accepted(await book.submit(shortRule('a'), HTTP));
  accepted(await book.kill(true, HTTP, 'a'));
  expect(await book.get('a')).toMatchObject({ state: 'held', reason: 'kill switch' });
  accepted(await book.replace('a', shortRule('a', { pattern: '/other' }), HTTP));
  expect((await book.get('a'))?.state).toBe('held');
  accepted(await book.kill(false, HTTP, 'a'));
  expect((await book.get('a'))?.state).toBe('active');
  expect(refusal(await book.kill(true, HTTP, 'z'))[0]).toBe('unknown');
});

test('kill switch - keeps the reason that was given, with the switch or with the held rule', async () => {
  const { book, store } = await openBook();
  accepted(await book.submit(shortRule('a'), HTTP));
  accepted(await book.kill(true, HTTP, undefined, 'false positives'));
  accepted(await book.kill(true, HTTP, 'a', 'blocks the shop'));
  const document = (await store.read())?.value;
  expect(document?.kill_switch).toMatchObject({ engaged: true, reason: 'false positives' });
  expect(document?.holds).toMatchObject([
    { rule_id: 'a', digest: '*', reason: 'kill switch: blocks the shop' },
  ]);
  accepted(await book.kill(false, HTTP));
  expect((await store.read())?.value.kill_switch).not.toHaveProperty('reason');
});

test('kill switch - what the release worker holds comes back when it changes', async () => {
  const { book, world } = await openBook();
  world.files = [fileOf(shortRule('f'))];
  accepted(await book.kill(true, { actor: 'release', source: 'clock' }, 'f'));
  expect((await book.get('f'))?.state).toBe('held');
  world.files = [fileOf(shortRule('f', { pattern: '/corrected' }))];
  expect((await book.get('f'))?.state).toBe('active');
});

test('restore - brings back what was changed or removed and holds what is new', async () => {
  const { book, world } = await openBook();
  world.files = [fileOf(shortRule('f'))];
  accepted(await book.submit(`[${shortRule('a')},${shortRule('b')}]`, HTTP));
  const earlier = (await book.merged(START)).config.rules;
  accepted(await book.replace('a', shortRule('a', { pattern: '/bad' }), HTTP));
  accepted(await book.remove('b', HTTP));
  accepted(await book.submit(shortRule('c'), HTTP));
  world.files = [fileOf(shortRule('f', { pattern: '/bad' })), fileOf(shortRule('g'))];
  const origin = { actor: 'bob', source: 'rollback' } as const;
  accepted(await book.restore({ revision: 'v1', rules: earlier }, origin));
  expect((await book.merged(START)).config.rules).toEqual(earlier);
  const listed = await book.list();
  expect(listed.map(({ rule, source, state }) => [rule.id, source, state])).toEqual([
    ['a', 'dynamic', 'active'],
    ['b', 'dynamic', 'active'],
    ['c', 'dynamic', 'held'],
    ['f', 'static', 'held'],
    ['f', 'dynamic', 'active'],
    ['g', 'static', 'held'],
  ]);
  expect((await book.get('c'))?.reason).toBe('rolled back to v1');
  expect(
    accepted(await book.restore({ revision: 'v1', rules: earlier }, origin)).revision,
  ).toBeNull();
});

test('restore - a file that changes again is in force again and wins over what was restored', async () => {
  const { book, world } = await openBook();
  world.files = [fileOf(shortRule('f'))];
  const earlier = (await book.merged(START)).config.rules;
  world.files = [fileOf(shortRule('f', { pattern: '/bad' }))];
  accepted(await book.restore({ revision: 'v1', rules: earlier }, HTTP));
  world.files = [fileOf(shortRule('f', { pattern: '/good' }))];
  const { config, source } = await book.merged(START);
  expect(config.rules).toEqual([world.files[0]?.rule]);
  expect(source.get('f')).toBe('static');
});

test('restore - a rule that was rolled back is in force again when it is posted again', async () => {
  const { book } = await openBook();
  accepted(await book.submit(shortRule('c', { ttl_seconds: 0 }), HTTP));
  accepted(await book.restore({ revision: 'v0', rules: [] }, HTTP));
  expect((await book.get('c'))?.state).toBe('held');
  accepted(await book.replace('c', shortRule('c', { ttl_seconds: 0 }), HTTP));
  expect((await book.get('c'))?.state).toBe('active');
});

test('revisions - every promise is kept, also by a worker that died', async () => {
  const { book, world } = await openBook();
  expect(await book.take()).toBeNull();
  expect(accepted(await book.submit(shortRule('a'), HTTP)).revision).toBe(1);
  world.now += 10;
  expect(accepted(await book.submit(shortRule('b'), HTTP)).revision).toBe(1);
  const first = await book.take();
  expect(first).toMatchObject({ revision: 1, cause: 'rules', actor: 'alice', queued_at: START });
  expect(first?.document.rules).toHaveLength(2);
  world.now += 10;
  expect(accepted(await book.kill(true, { actor: 'bob', source: 'http' })).revision).toBe(2);
  // The worker of revision 1 has died: the next one takes it up, and revision 2 stays promised.
  expect(await book.take()).toMatchObject({ revision: 1, cause: 'rules', actor: 'alice' });
  await book.done(1);
  await book.done(1);
  expect(await book.take()).toMatchObject({
    revision: 2,
    cause: 'kill-switch',
    actor: 'bob',
    queued_at: START + 20,
  });
  await book.done(2);
  expect(await book.take()).toBeNull();
});

test('revisions - a touch opens a release, and a stronger cause gives it its name', async () => {
  const { book } = await openBook();
  const clock = { actor: 'clock', source: 'clock' } as const;
  expect((await book.touch('expiry', clock)).revision).toBe(1);
  accepted(await book.submit(shortRule('a'), HTTP));
  expect(await book.take()).toMatchObject({ revision: 1, cause: 'rules' });
});

test('expired rules - leave the merge on time and the document an hour later', async () => {
  const { book, world, store } = await openBook();
  accepted(await book.submit(shortRule('a', { ttl_seconds: 10 }), HTTP));
  expect((await book.merged(START)).nextExpiry).toBe(START + 10_000);
  expect((await book.merged(START + 9_999)).config.rules).toHaveLength(1);
  expect((await book.merged(START + 10_000)).config.rules).toEqual([]);
  world.now += 10_000 + 3_600_000 - 1;
  await book.touch('expiry', HTTP);
  expect(store.document()?.rules).toHaveLength(1);
  world.now += 1;
  await book.touch('expiry', HTTP);
  expect(store.document()?.rules).toEqual([]);
});

test('score categories - one program adds up sixteen of them', async () => {
  const { book } = await openBook();
  const scored = (id: string, from: number, count: number) =>
    JSON.stringify({
      id,
      when: { target: 'uri', op: 'contains', value: id },
      action: 'score',
      score: Object.fromEntries(Array.from({ length: count }, (_, n) => [`c${from + n}`, 1])),
    });
  accepted(await book.submit(scored('a', 0, 16), HTTP));
  accepted(await book.submit(scored('b', 8, 8), HTTP));
  expect(refusal(await book.submit(scored('c', 16, 1), HTTP))).toEqual([
    'conflict',
    'WAF_ERR_RULE_SCORE',
  ]);
});
