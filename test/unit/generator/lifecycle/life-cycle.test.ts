import { expect, test } from 'vitest';
import { conditionDigest } from '../../../../src/generator/lifecycle/condition-digest.ts';
import { candidate, createStand, HIT, MINUTE } from './stand.ts';

async function enforced(policy = {}) {
  const stand = createStand(policy);
  await stand.life.propose(candidate('a'));
  await stand.pass(11 * MINUTE, 20_000);
  expect(stand.state('a')).toBe('enforced');
  return stand;
}

test('life cycle - a candidate is posted in shadow mode and enforced when it has shown everything', async () => {
  const stand = createStand();
  expect(await stand.life.propose(candidate('a'))).toBe('shadow');
  expect(stand.book.get('a')?.rule).toMatchObject({ mode: 'shadow', ttl_seconds: 3_600 });
  await stand.pass(9 * MINUTE, 20_000);
  expect(stand.state('a')).toBe('shadow');
  await stand.pass(2 * MINUTE);
  expect(stand.book.get('a')).toMatchObject({ mode: 'enforce' });
  const { history } = stand.stored.get('a')!.value;
  expect(history.map(({ from, to, actor }) => [from, to, actor])).toEqual([
    [null, 'shadow', 'generator'],
    ['shadow', 'enforced', 'generator'],
  ]);
  expect(history[1]?.reason).toContain('20000 requests in shadow mode without a benign hit');
});

test.each([
  ['too little time', {}, {}, 5 * MINUTE, 20_000],
  ['too few requests', {}, {}, 20 * MINUTE, 9_999],
  ['too few sources', { sources: 2 }, {}, 20 * MINUTE, 20_000],
  ['too small a pool', { benign_pool: 500 }, {}, 20 * MINUTE, 20_000],
])('life cycle - %s keeps it in shadow mode', async (_, evidence, policy, ms, requests) => {
  const stand = createStand(policy);
  await stand.life.propose(candidate('a', evidence));
  await stand.pass(ms, requests);
  expect(stand.state('a')).toBe('shadow');
});

test('life cycle - with promote off, and after a hit that looks benign, it waits for a person', async () => {
  const off = createStand({ promote: false });
  await off.life.propose(candidate('a'));
  await off.pass(11 * MINUTE, 20_000);
  expect([off.state('a'), off.reason('a')]).toEqual([
    'waiting',
    expect.stringContaining('promote is off'),
  ]);

  const hit = createStand();
  await hit.life.propose(candidate('a'));
  hit.life.hit('a', { ...HIT, at: hit.clock.now + 1, confirmed: false });
  await hit.pass(11 * MINUTE, 20_000);
  expect([hit.state('a'), hit.reason('a')]).toEqual([
    'waiting',
    'it matched 1 requests that look benign',
  ]);
  expect(hit.book.get('a')?.mode).toBe('shadow');
});

test('life cycle - below min_confidence it waits from the beginning, and is never promoted', async () => {
  const stand = createStand();
  expect(await stand.life.propose(candidate('a', { confidence: 0.5 }))).toBe('waiting');
  await stand.pass(30 * MINUTE, 1e6);
  expect(stand.state('a')).toBe('waiting');
  await stand.pass(31 * MINUTE);
  expect([stand.state('a'), stand.book.has('a')]).toEqual(['expired', false]);
});

test('life cycle - a lifetime doubles while the rule is needed, up to the longest, and ends when it is not', async () => {
  const stand = await enforced({ maxTtlSeconds: 10_000 });
  for (const [ttl, wait] of [
    [7_200, 50],
    [10_000, 100],
    [10_000, 130],
  ] as const) {
    stand.life.hit('a', { ...HIT, at: stand.clock.now + 1 });
    await stand.pass(wait * MINUTE);
    expect(stand.stored.get('a')!.value.notes).toMatchObject({ ttlSeconds: ttl, earned: 0 });
    expect(stand.book.get('a')?.rule).toMatchObject({ mode: 'enforce', ttl_seconds: ttl });
  }
  await stand.pass(10_000_000);
  expect([stand.state('a'), stand.reason('a')]).toEqual([
    'expired',
    expect.stringContaining('0 confirmed hits'),
  ]);
});

test('life cycle - a false positive demotes it; what was said before a person approved it is settled', async () => {
  const stand = await enforced();
  stand.life.falsePositive('a', 'r-17', stand.clock.now + 1);
  await stand.pass(10);
  expect([stand.state('a'), stand.book.get('a')?.mode]).toEqual(['demoted', 'shadow']);
  expect(stand.reason('a')).toContain('r-17');
  const said = stand.clock.now;
  await stand.pass(5 * MINUTE, 50_000);
  expect(stand.state('a')).toBe('demoted');

  await stand.door.replace({ ...candidate('a').rule, mode: 'enforce', ttl_seconds: 3_600 });
  await stand.decideAsPerson('a', 'enforced');
  await stand.life.load();
  stand.life.falsePositive('a', 'r-17', said);
  await stand.pass(10);
  expect(stand.state('a')).toBe('enforced');
});

test('life cycle - hits on addresses with a good name demote it, one or two do not', async () => {
  const stand = await enforced();
  const from = (source: string) =>
    stand.life.hit('a', { ...HIT, source, goodSource: true, at: stand.clock.now + 1 });
  from('198.51.100.1');
  from('198.51.100.1');
  from('198.51.100.2');
  await stand.pass(10);
  expect(stand.state('a')).toBe('enforced');
  from('198.51.100.3');
  await stand.pass(10);
  expect([stand.state('a'), stand.reason('a')]).toEqual([
    'demoted',
    'it hit 3 addresses with a good name',
  ]);
});

test('life cycle - a jump of hits on benign-looking requests demotes it, a wave of attacks does not', async () => {
  for (const [confirmed, state] of [
    [true, 'enforced'],
    [false, 'demoted'],
  ] as const) {
    const stand = await enforced();
    for (let minute = 0; minute < 10; minute++) {
      await stand.pass(MINUTE);
      for (let hit = 0; hit < 2; hit++) stand.life.hit('a', { ...HIT, at: stand.clock.now });
    }
    await stand.pass(MINUTE);
    for (let hit = 0; hit < 60; hit++)
      stand.life.hit('a', { ...HIT, confirmed, at: stand.clock.now });
    await stand.pass(10);
    expect(stand.state('a')).toBe(state);
  }
});

test('life cycle - a full house takes in what is worth more, and evicts what is worth least', async () => {
  const stand = createStand();
  for (const id of ['a', 'b', 'c']) await stand.life.propose(candidate(id));
  await stand.pass(11 * MINUTE, 20_000);
  for (const id of ['a', 'c']) stand.life.hit(id, { ...HIT, at: stand.clock.now + 1 });
  expect(await stand.life.propose(candidate('weak', { covered: 0 }))).toBe('full');
  expect(await stand.life.propose(candidate('d', { covered: 9 }))).toBe('shadow');
  expect([stand.state('b'), stand.book.has('b'), stand.life.live().length]).toEqual([
    'evicted',
    false,
    3,
  ]);
});

test('life cycle - what a person rejected or removed is never proposed again, however it is written', async () => {
  const stand = await enforced();
  stand.book.delete('a');
  await stand.pass(10);
  expect([stand.state('a'), stand.reason('a')]).toEqual(['rejected', 'a person removed its rule']);
  const again = candidate('other-name');
  const same = { ...again, rule: { ...candidate('a').rule, id: 'other-name', title: 'x' } };
  expect(await stand.life.propose(same)).toBe('rejected-before');
  expect(stand.book.size).toBe(0);
  const restarted = stand.open();
  await restarted.load();
  expect(await restarted.propose(same)).toBe('rejected-before');
});

test('life cycle - a rule that a person holds is left alone until it is approved', async () => {
  const stand = createStand();
  await stand.life.propose(candidate('a'));
  stand.book.set('a', { ...stand.book.get('a')!, state: 'held', reason: 'kill switch' });
  await stand.pass(11 * MINUTE, 20_000);
  expect([stand.state('a'), stand.reason('a')]).toEqual([
    'waiting',
    'its rule is held: kill switch',
  ]);
});

test('life cycle - a word of a person that came in between wins over a step of the generator', async () => {
  const stand = createStand();
  await stand.life.propose(candidate('a'));
  stand.life.passed(20_000, stand.clock.now + MINUTE);
  stand.clock.now += 11 * MINUTE;
  await stand.decideAsPerson('a', 'rejected');
  await stand.life.advance();
  expect(stand.state('a')).toBe('rejected');
  expect(stand.life.live()).toEqual([]);
});

test('life cycle - a restart goes on with what was counted, and counts nothing twice', async () => {
  const stand = createStand();
  await stand.life.propose(candidate('a'));
  stand.life.hit('a', { ...HIT, at: stand.clock.now + 1 });
  await stand.pass(5 * MINUTE, 8_000);
  const next = stand.open();
  await next.load();
  next.hit('a', { ...HIT, at: stand.clock.now - MINUTE });
  next.passed(5_000, stand.clock.now - MINUTE);
  expect(next.live()[0]?.trial).toMatchObject({ hits: 1, requests: 8_000 });
  next.passed(2_000, stand.clock.now + MINUTE);
  stand.clock.now += 6 * MINUTE;
  await next.advance();
  expect(stand.state('a')).toBe('enforced');
});

test('life cycle - a candidate that is too long to be kept is not posted', async () => {
  const stand = createStand();
  const { rule, ...rest } = candidate('a');
  const when = { target: ['query.*'], op: 'phrases', value: Array(4_000).fill('a phrase') };
  expect(await stand.life.propose({ ...rest, rule: { ...rule, when } })).toBe('refused');
  expect([stand.book.size, stand.stored.size]).toEqual([0, 0]);
});

test('life cycle - a rule that was posted by a process that ended is taken over', async () => {
  const stand = createStand();
  await stand.door.add({ ...candidate('a').rule, mode: 'shadow', ttl_seconds: 60 });
  expect(await stand.life.propose(candidate('a'))).toBe('shadow');
  expect(await stand.life.propose(candidate('a'))).toBe('known');
  expect(stand.stored.size).toBe(1);
});

test('condition digest - is the same for the same condition in another order, and for no other', () => {
  const leaf = (value: unknown) => ({ target: ['query.*', 'path'], op: 'in', value });
  const rule = (id: string, when: unknown, action: unknown = 'block') => ({ id, when, action });
  const one = conditionDigest(rule('a', { any: [leaf(['x', 'y']), leaf(['z'])] }));
  const target = ['path', 'query.*'];
  const other = { any: [leaf(['z']), { ...leaf(['y', 'x']), target }] };
  expect(conditionDigest(rule('b', other))).toBe(one);
  expect(conditionDigest(rule('a', { all: [leaf(['x', 'y']), leaf(['z'])] }))).not.toBe(one);
  expect(conditionDigest(rule('a', { any: [leaf(['x', 'y']), leaf(['z'])] }, 'log'))).not.toBe(one);
});
