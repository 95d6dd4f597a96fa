import { expect, test } from 'vitest';
import { compare, evaluate } from '../../../src/evaluation/evaluate.ts';
import { verdictLine } from '../../../src/evaluation/verdict-line.ts';
import type { Rule } from '../../../src/rules/model.ts';
import { ruleOf } from '../../reference/engine.ts';
import { recorded, replayOf } from './replays.ts';

const contains = (id: string, value: string, rest: Partial<Rule> = {}) =>
  ruleOf(id, { target: ['query.*'], op: 'contains', value }, rest);
const scores = (id: string, value: string, points: number) =>
  contains(id, value, { action: { score: {} }, score: { sqli: points } });

const RULES = [contains('bad', 'bad'), contains('watch', 'odd', { mode: 'shadow' })];
const REQUESTS = [
  recorded('a1', '/?q=bad', { label: 'attack', category: 'sqli', source: 'lists' }),
  recorded('a2', '/?q=missed', { label: 'attack', category: 'sqli', source: 'lists' }),
  recorded('a3', '/?q=bad', { label: 'attack', category: 'sqli', source: 'libinjection' }),
  recorded('b1', '/?q=odd', { label: 'benign', category: 'browser', source: 'har' }),
  recorded('b2', '/?q=not+bad', { label: 'benign', category: 'hard-text', source: 'har' }),
  recorded('b3', '/', { label: 'benign', category: 'browser', source: 'har' }),
];

test('evaluate - counts by label, category, source, rule and headline', async () => {
  const { evaluation, comparison } = await evaluate(REQUESTS, { replay: replayOf(RULES) });
  expect(comparison).toBeNull();
  expect(evaluation).toMatchObject({
    overall: { requests: 6, blocked: 3, rate: 0.5 },
    labels: { attack: { requests: 3, blocked: 2 }, benign: { requests: 3, blocked: 1 } },
    headline: {
      attack: { requests: 2, blocked: 1, rate: 0.5 },
      benign: { requests: 2, blocked: 0, rate: 0 },
      balanced_accuracy: 0.75,
    },
    rules: [
      { rule: 'bad', enforced: 3, shadow: 0, decided: 3, attack: 2, benign: 1, unlabelled: 0 },
      { rule: 'watch', enforced: 0, shadow: 1, decided: 0, attack: 0, benign: 1, unlabelled: 0 },
    ],
    samples: {
      blocked: [{ id: 'b2', reason: { by: 'rule', rules: ['bad'] } }],
      missed: [{ id: 'a2' }],
    },
  });
  expect(evaluation.categories).toContainEqual({
    ...{ label: 'benign', name: 'hard-text', requests: 1, blocked: 1, rate: 1 },
  });
  expect(evaluation.steps.max).toBeGreaterThan(0);
});

test('evaluate - policy requests are counted apart', async () => {
  const policy = recorded('p', '/?q=bad', { label: 'benign' });
  const requests = [
    ...REQUESTS,
    { ...policy, request: { ...policy.request, method: 'DELETE' } },
    { ...policy, request: { ...policy.request, headers: ['Accept-Charset', 'utf-8'] } },
  ];
  const { evaluation } = await evaluate(requests, { replay: replayOf(RULES) });
  expect(evaluation.headline).toMatchObject({
    benign: { requests: 4, blocked: 2 },
    benign_without_policy: { requests: 2, blocked: 0 },
  });
});

test('evaluate - a block by threshold names the category and who added to it, most points first', async () => {
  const replay = replayOf([scores('two', 'x', 2), scores('four', 'y', 4)], {
    thresholds: { sqli: 5 },
  });
  const { evaluation } = await evaluate([recorded('r', '/?q=xy')], { replay });
  expect(evaluation.samples.blocked).toMatchObject([
    {
      score: { sqli: 6 },
      reason: {
        by: 'threshold',
        category: 'sqli',
        points: 6,
        threshold: 5,
        rules: ['four', 'two'],
      },
    },
  ]);
  expect(evaluation.score.categories).toEqual([
    { category: 'sqli', threshold: 5, scored: 1, over: 1, max: 6 },
  ]);
});

test('evaluate - stops at the limit and hands every verdict out', async () => {
  const lines: unknown[] = [];
  await evaluate(REQUESTS, {
    ...{ replay: replayOf(RULES), limit: 4 },
    onVerdict: (request, judgement) => void lines.push(verdictLine(request, judgement)),
  });
  expect(lines).toEqual([
    { id: 'a1', blocked: true, action: 'block', rules: ['bad'], score: {} },
    { id: 'a2', blocked: false, action: 'allow', rules: [], score: {} },
    { id: 'a3', blocked: true, action: 'block', rules: ['bad'], score: {} },
    { id: 'b1', blocked: false, action: 'allow', rules: [], score: {}, shadow: ['watch'] },
  ]);
});

test('compare - names what is newly blocked and newly allowed, and whom to blame', async () => {
  const before = replayOf([contains('old', 'bad'), scores('s', 'x', 2)], {
    thresholds: { sqli: 5 },
  });
  const after = replayOf([contains('new', 'odd'), scores('s', 'x', 2), scores('t', 'x', 4)], {
    thresholds: { sqli: 5 },
  });
  const requests = [recorded('x', '/?q=x', { label: 'attack' }), ...REQUESTS];
  const found = await compare(requests, { replay: after, baseline: before });
  expect(found.newly_blocked).toMatchObject({
    ...{ requests: 2, attack: 1, benign: 1, unlabelled: 0 },
    blame: [
      { rule: 'new', requests: 1 },
      { rule: 't', requests: 1 },
    ],
  });
  expect(found.newly_allowed).toMatchObject({
    ...{ requests: 3, attack: 2, benign: 1 },
    blame: [{ rule: 'old', requests: 3 }],
  });
  expect(found.newly_blocked.samples[0]).toMatchObject({
    ...{ id: 'x', score: { sqli: 6 }, baseline_score: { sqli: 2 }, blame: ['t'] },
  });
  expect(found.changed_score).toMatchObject({ requests: 1, higher: 1, lower: 0 });
});

test('compare - equal artifacts differ in nothing', async () => {
  const replay = replayOf(RULES);
  const found = await compare(REQUESTS, { replay, baseline: replayOf(RULES) });
  expect(found).toMatchObject({
    newly_blocked: { requests: 0, blame: [], samples: [] },
    newly_allowed: { requests: 0 },
    changed_score: { requests: 0 },
    changed_action: 0,
  });
});
