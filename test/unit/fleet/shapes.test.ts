import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAcknowledgement } from '../../../src/fleet/shapes/acknowledgement.ts';
import { isDesiredState } from '../../../src/fleet/shapes/desired-state.ts';
import { isNodeReport } from '../../../src/fleet/shapes/node-report.ts';
import { isReconcileAnswer } from '../../../src/fleet/shapes/reconcile-answer.ts';
import { isReloadHint } from '../../../src/fleet/shapes/reload-hint.ts';
import type { Shape } from '../../../src/fleet/shapes/shape.ts';
import { ack, DIGEST, desiredState, hint, report } from './samples.ts';

interface Message {
  readonly name: string;
  readonly is: Shape;
  readonly sample: object;
  /** Members without which the message is still one. */
  readonly optional: readonly string[];
}

const MESSAGES: readonly Message[] = [
  { name: 'desired state', is: isDesiredState, sample: desiredState, optional: [] },
  { name: 'node report', is: isNodeReport, sample: report, optional: [] },
  { name: 'acknowledgement', is: isAcknowledgement, sample: ack, optional: ['error'] },
  { name: 'reload hint', is: isReloadHint, sample: hint, optional: [] },
  {
    name: 'reconcile answer',
    is: isReconcileAnswer,
    sample: { ok: false, error: 'why' },
    optional: ['error'],
  },
];

test.each(MESSAGES)('shape - a $name passes, also with members of a later version', (message) => {
  expect(message.is(message.sample)).toBe(true);
  expect(message.is({ ...message.sample, added_later: [1] })).toBe(true);
});

test.each(
  MESSAGES,
)('shape - a $name with any member missing or of another type fails', (message) => {
  for (const key of Object.keys(message.sample)) {
    const { [key]: _, ...without } = message.sample as Record<string, unknown>;
    expect([key, message.is(without)]).toEqual([key, message.optional.includes(key)]);
    for (const wrong of [undefined, Number.NaN, () => 1, [[]], Symbol('x')]) {
      const tampered = { ...message.sample, [key]: wrong };
      const tolerated = wrong === undefined && message.optional.includes(key);
      expect([key, message.is(tampered)]).toEqual([key, tolerated]);
    }
  }
});

test('shape - any value of any kind gets a plain yes or no (property)', () => {
  const anything = fc.anything({
    withNullPrototype: true,
    withBigInt: true,
    withSparseArray: true,
  });
  fc.assert(
    fc.property(anything, (value) => {
      for (const { is } of MESSAGES) expect(typeof is(value)).toBe('boolean');
    }),
    { numRuns: 500 },
  );
});

test('shape - a sample with one leaf replaced by garbage passes or fails, but never throws (property)', () => {
  const leaf = fc.oneof(fc.anything(), fc.constantFrom('__proto__', '', -1, 1e308, null));
  fc.assert(
    fc.property(fc.constantFrom(...MESSAGES), fc.nat(), leaf, ({ is, sample }, at, garbage) => {
      const copy = structuredClone(sample);
      const leaves = [...leavesOf(copy)];
      const [parent, key] = leaves[at % leaves.length] as [Record<string, unknown>, string];
      parent[key] = garbage;
      expect(typeof is(copy)).toBe('boolean');
    }),
    { numRuns: 1_000 },
  );
});

const WRONG: readonly (readonly [string, Shape, unknown])[] = [
  ['a digest in capitals', isReloadHint, { ...hint, digest: DIGEST.toUpperCase() }],
  ['a digest that is cut off', isReloadHint, { ...hint, digest: DIGEST.slice(0, -1) }],
  ['a digest and more', isReloadHint, { ...hint, digest: `${DIGEST}\n` }],
  ['a node id with a dot', isNodeReport, { ...report, id: 'a.b' }],
  ['a node id with a line break', isNodeReport, { ...report, id: 'node-1\n' }],
  [
    'a negative counter',
    isNodeReport,
    { ...report, counters: { ...report.counters, blocked: -1 } },
  ],
  ['a state nobody knows', isNodeReport, { ...report, state: 'sleeping' }],
  ['too many labels', isNodeReport, { ...report, labels: manyEntries(65, 'x') }],
  ['too many modules', isNodeReport, { ...report, modules: manyEntries(65, report.modules) }],
  ['an array for an object', isNodeReport, { ...report, labels: [] }],
  ['an infinite time', isAcknowledgement, { ...ack, at: Number.POSITIVE_INFINITY }],
  ['a status in lower case', isAcknowledgement, { ...ack, status: 'ack' }],
  ['a message of a megabyte', isAcknowledgement, { ...ack, error: longError(1_000_000) }],
  ['an inherited member', isReconcileAnswer, Object.create({ ok: true })],
  ['another format', isDesiredState, { ...desiredState, format: 2 }],
  [
    'a module under the name of another',
    isDesiredState,
    { format: 1, modules: { other: desiredState.modules['universal-waf'] } },
  ],
];

test('shape - the table of faults has 16 cases', () => expect(WRONG).toHaveLength(16));

test.each(WRONG)('shape - %s fails', (_, is, value) => {
  expect(is(value)).toBe(false);
});

function* leavesOf(node: object): Generator<[object, string]> {
  for (const [key, child] of Object.entries(node)) {
    yield [node, key];
    if (typeof child === 'object' && child !== null) yield* leavesOf(child);
  }
}

function manyEntries(count: number, value: unknown): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value]));
}

function longError(length: number) {
  return { code: 'X', message: 'x'.repeat(length) };
}
