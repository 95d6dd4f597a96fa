import { expect, test } from 'vitest';
import { openRuleRun } from '../../../../src/generator/gate/rule-run.ts';
import { createBenignPool } from '../../../../src/generator/learn/benign-pool.ts';
import { learnRules } from '../../../../src/generator/learn/learn-rules.ts';
import { readRules } from '../../../../src/rules/read-rules.ts';
import { benignRequests, getRequest, sqlInjections } from './samples.ts';

const pool = createBenignPool(benignRequests(3_000));
const options = { pool, seed: 7, minSources: 3 };
const PREFIXES = ['lamp', 'chair', 'desk'];

function runOf(rules: Parameters<typeof openRuleRun>[0]) {
  const opened = openRuleRun(rules);
  if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
  return opened.run;
}

test('learner - rules match attacks that it has not seen and no benign request', async () => {
  const attacks = sqlInjections(60);
  const { candidates, uncovered } = await learnRules(attacks.slice(0, 20), options);
  expect(candidates.length).toBeGreaterThan(0);
  expect(candidates.length).toBeLessThanOrEqual(3);
  expect(uncovered).toEqual([]);
  const run = runOf(candidates.map(({ rule }) => rule));
  const unseen = attacks.slice(20);
  expect(unseen.filter(({ request }) => run.matching(request).length === 0)).toEqual([]);
  const benign = benignRequests(500);
  expect(benign.filter(({ request }) => run.matching(request).length > 0)).toEqual([]);
});

test('learner - the same samples, pool and seed give the same rules', async () => {
  const first = await learnRules(sqlInjections(12), options);
  const second = await learnRules(sqlInjections(12), options);
  expect(second).toEqual(first);
});

test('learner - a rule passes the rule door with examples, provenance and confidence', async () => {
  const { candidates } = await learnRules(sqlInjections(20), options);
  const documents = candidates.map(({ rule }) => rule);
  const { rules, diagnostics } = readRules(JSON.stringify(documents), { now: 0, origin: 'entry' });
  expect(diagnostics).toEqual([]);
  expect(rules.length).toBe(documents.length);
  for (const { rule } of rules) {
    expect(rule.provenance?.source).toBe('ml');
    expect(rule.examples?.match.length).toBeGreaterThanOrEqual(2);
    expect(rule.examples?.no_match.length).toBeGreaterThan(0);
    expect(rule.confidence).toBeGreaterThan(0.5);
  }
});

test('learner - a sentence says what is blocked, and on what evidence', async () => {
  const { candidates } = await learnRules(sqlInjections(20), options);
  expect(candidates[0]!.sentence).toMatch(
    /^Blocks SQL injection — .* because 20 of 20 suspicious requests from 20 addresses do, and none of 3000 benign ones\.$/,
  );
});

test('learner - samples that an active rule matches teach nothing', async () => {
  const samples = sqlInjections(20);
  const { candidates } = await learnRules(samples, options);
  const existing = candidates.map(({ rule }) => rule);
  const again = await learnRules(samples, { ...options, existing });
  expect(again.candidates).toEqual([]);
  expect(again.rejected.every(({ reason }) => reason === 'covered-already')).toBe(true);
});

test('learner - benign noise among the samples changes no verdict on benign requests', async () => {
  const noise = benignRequests(14).map((each) => ({ ...each, id: `noise-${each.id}` }));
  const { candidates, uncovered } = await learnRules([...sqlInjections(20), ...noise], options);
  const run = runOf(candidates.map(({ rule }) => rule));
  expect(noise.filter(({ request }) => run.matching(request).length > 0)).toEqual([]);
  expect([...uncovered].sort()).toEqual(noise.map(({ id }) => id).sort());
});

test('learner - an attack of no known kind is learned by the signs that its samples share', async () => {
  const samples = Array.from({ length: 12 }, (_, at) =>
    getRequest(`odd-${at}`, `${PREFIXES[at % 3]}~~[[zq!${at * 3}!]]`, `198.51.100.${at}`),
  );
  const { candidates, uncovered } = await learnRules(samples, options);
  expect(uncovered).toEqual([]);
  const run = runOf(candidates.map(({ rule }) => rule));
  const other = getRequest('odd-new', 'thing~~[[zq!999!]]').request;
  expect(run.matching(other).length).toBeGreaterThan(0);
});

test('learner - words that samples share make no rule that may be enforced by itself', async () => {
  const samples = Array.from({ length: 20 }, (_, at) =>
    getRequest(`promo-${at}`, `winter promotion ${at}`, `198.51.100.${at}`),
  );
  const { candidates } = await learnRules(samples, options);
  for (const { evidence } of candidates) expect(evidence.confidence).toBeLessThan(0.8);
});

test('learner - samples of one address earn less confidence than those of many', async () => {
  const many = await learnRules(sqlInjections(20), options);
  const alone = sqlInjections(20).map((each) => ({
    ...each,
    request: { ...each.request, sourceIp: '198.51.100.9' },
  }));
  const one = await learnRules(alone, options);
  expect(one.candidates[0]!.evidence.sources).toBe(1);
  expect(one.candidates[0]!.evidence.confidence).toBeLessThan(
    many.candidates[0]!.evidence.confidence,
  );
});

test('learner - two samples are too few', async () => {
  const { candidates, uncovered } = await learnRules(sqlInjections(2), options);
  expect(candidates).toEqual([]);
  expect(uncovered.length).toBe(2);
});

test('learner - requests that only their making tells apart are limited, not blocked', async () => {
  const samples = Array.from({ length: 20 }, (_, at) => {
    const { request, ...rest } = getRequest(`flood-${at}`, 'lamp', `198.51.100.${at}`);
    return {
      ...rest,
      request: { ...request, method: 'PROPFIND', headers: ['Host', 'shop.example'] },
    };
  });
  const { candidates } = await learnRules(samples, options);
  expect(candidates.length).toBe(1);
  expect(candidates[0]!.rule.action).toMatchObject({ ratelimit: { key: 'client.ip' } });
  expect(candidates[0]!.sentence).toMatch(/^Limits the rate of /);
  expect(candidates[0]!.evidence.confidence).toBeLessThan(0.8);
});
