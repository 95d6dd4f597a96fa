import { expect, test } from 'vitest';
import { inspectWithSet } from '../../../src/engine/inspect-with-set.ts';
import type { ModuleSlots } from '../../../src/engine/module-slots.ts';
import { alternating, answering, blocksByte, trapsAtByte } from '../../wasm-fixtures/fixtures.ts';
import { requestOf } from './requests.ts';
import { OPEN, run, slotsWith } from './slots.ts';

test('set - an empty one is not ready', () => {
  expect(inspectWithSet(slotsWith().current(), requestOf())).toMatchObject({
    action: 0,
    module: null,
    explanation: null,
    failure: 'not_ready',
  });
});

test('set - the strictest action of all modules wins', async () => {
  const orders: [number[], number, string | null][] = [
    [[0, 0], 0, null],
    [[0, 2], 2, 'm1'],
    [[2, 3], 3, 'm1'],
    [[3, 2], 3, 'm0'],
    [[3, 1], 1, 'm1'],
    [[1, 3], 1, 'm0'],
    [[2, 2], 2, 'm0'],
  ];
  for (const [actions, action, module] of orders) {
    const slots = slotsWith();
    for (const [index, each] of actions.entries()) await run(slots, `m${index}`, answering(each));
    const verdict = inspectWithSet(slots.current(), requestOf());
    expect([verdict.action, verdict.module?.name ?? null]).toEqual([action, module]);
    expect(verdict.explained.map(({ explanation }) => explanation.action)).toEqual(
      actions.filter((each) => each !== 0),
    );
  }
});

test('set - a module that fails is recorded, and the others still judge', async () => {
  const slots = slotsWith();
  await run(slots, 'fragile', trapsAtByte(0xc5));
  await run(slots, 'bots', blocksByte(35));
  expect(inspectWithSet(slots.current(), requestOf({ uri: '/\u0158#' }))).toMatchObject({
    action: 1,
    module: { name: 'bots' },
    failure: 'trap',
    failed: [
      { module: { name: 'fragile' }, error: { message: 'inspect_request trapped: unreachable' } },
    ],
  });
  expect(inspectWithSet(slots.current(), requestOf({ body: Buffer.alloc(20_000) }))).toMatchObject({
    action: 0,
    module: null,
    failure: 'budget',
  });
  expect(inspectWithSet(slots.current(), requestOf())).toMatchObject({ action: 0, failure: null });
});

test('set - requests in which nothing matches share one verdict', async () => {
  const slots = slotsWith();
  await run(slots, 'a', answering(0));
  const verdicts = [1, 2].map(() => inspectWithSet(slots.current(), requestOf()));
  expect(verdicts[0]).toBe(verdicts[1]);
  expect(Object.isFrozen(verdicts[0])).toBe(true);
});

test('hammer - no request sees a mixed set while modules come and go', async () => {
  const slots = slotsWith({ keepPrevious: 1 });
  const loaded = await Promise.all(
    [0, 1, 2, 3].map((action) => slots.stage('a', answering(action), OPEN)),
  );
  await run(slots, 'b', alternating());
  const held: { set: ReturnType<ModuleSlots['acquire']>; action: number }[] = [];
  let checked = 0;
  for (let round = 0; round < 400; round++) {
    if (round % 7 === 0) {
      // The same loaded module under a new name of its revision, as a re-published artifact would be.
      const { module, ...rest } = loaded[round % 4]!;
      slots.activate({
        ...rest,
        module: { ...module, semver: `0.0.${round % 4}`, revision: `v${round + 1}` },
      });
    }
    if (round % 31 === 30) slots.rollback('a');
    const set = slots.acquire();
    held.push({ set, action: Number(set.find('a')!.semver.split('.')[2]) });
    if (held.length > 20) {
      const { set: old, action } = held.shift()!;
      expect(old.find('a')!.inspector.inspect(requestOf())).toBe(action);
      slots.release(old);
      checked++;
    }
  }
  expect(checked).toBe(380);
  for (const { set } of held) slots.release(set);
  expect(slots.drainingGenerations).toEqual([]);
});
