import { expect, test } from 'vitest';
import { compileProgram } from '../../../../src/compiler/compile-program.ts';
import { areDisjointPaths } from '../../../../src/compiler/tuning/path-pattern.ts';
import type { Rule } from '../../../../src/rules/model.ts';
import type { Tuning } from '../../../../src/rules/tuning/tuning.ts';
import { configOf, instanceOf, requestOf, ruleOf } from '../../../reference/engine.ts';

const XSS = ruleOf(
  'xss',
  { target: ['query.*', 'headers.*'], op: 'contains', value: '<script' },
  { action: { score: {} }, score: { inbound: 5 }, tags: ['attack-xss'], paranoia: 2 },
);

function verdicts(tuning: readonly Omit<Tuning, 'id'>[], rules: readonly Rule[] = [XSS]) {
  const entries = tuning.map((entry, i) => ({ id: `t${i}`, ...entry }));
  const config = configOf(rules, { thresholds: { inbound: 5 }, tuning: entries });
  const instance = instanceOf(config);
  return (uri: string, method = 'GET') => {
    const action = instance.inspect(requestOf({ uri, method }));
    return { ...instance.explain(), action };
  };
}

test('tuning - an excluded target is not looked at there, and is elsewhere', () => {
  const judge = verdicts([{ rules: ['xss'], path: ['/posts/**'], except: ['query[html]'] }]);
  expect(judge('/posts/1?html=<script>')).toMatchObject({ action: 0, matches: [], score: {} });
  expect(judge('/posts?html=<script>').action).toBe(0);
  expect(judge('/posts/1?other=<script>').action).toBe(1);
  expect(judge('/other?html=<script>').action).toBe(1);
  expect(judge('/postscript?html=<script>').action).toBe(1);
});

test('tuning - an explanation shows the attack, never the path or what is excluded', () => {
  const judge = verdicts([
    { rules: ['xss'], path: ['/posts/**'], except: ['query[html]'] },
    { rules: ['xss'], path: ['/a/very/long/path/**'], mode: 'shadow' },
  ]);
  const { matches } = judge('/posts/1?html=<script>&b=<script>');
  expect(matches).toMatchObject([{ rule: 'xss', target: 'query[b]', shadow: false }]);
  const shadow = judge('/a/very/long/path/x?b=<script>');
  expect(shadow).toMatchObject({ action: 0, score: {} });
  expect(shadow.matches).toMatchObject([{ rule: 'xss', target: 'query[b]', shadow: true }]);
});

const DOUBTFUL = [
  '/posts/../admin',
  '/posts/%2e%2e/admin',
  '/posts/..%2fadmin',
  '/posts/..%5Cadmin',
  '/posts/..;/admin',
  '/posts//admin',
  '/posts/%252e%252e/admin',
  '/posts/%c0%ae%c0%ae/admin',
  '/posts/%u002e/admin',
  '/posts/x%00',
  '/./posts/x',
  '/%70osts/x',
];

test.each(DOUBTFUL)('tuning - %s, which may lead elsewhere, is not tuned', (path) => {
  const judge = verdicts([{ rules: ['xss'], path: ['/posts/**'], mode: 'off' }]);
  expect(judge('/posts/x?q=<script>').action).toBe(0);
  expect(judge(`${path}?q=<script>`).action).toBe(1);
});

test('tuning - the first paranoia entry that a request is in decides', () => {
  const judge = verdicts([
    { path: ['/admin/**'], paranoia: 2 },
    { paranoia: 1 },
    { path: ['/never'], paranoia: 4 },
  ]);
  expect(judge('/admin/x?q=<script>').action).toBe(1);
  expect(judge('/x?q=<script>').action).toBe(0);
  expect(judge('/never?q=<script>').action).toBe(0);
});

test('tuning - the first thresholds that a request is in count, for the categories that they name', () => {
  const judge = verdicts([
    { path: ['/search'], method: ['POST'], thresholds: { inbound: 1 } },
    { path: ['/search', '/find*'], thresholds: { inbound: 6 } },
    { path: ['/**'], thresholds: { other: 1 } },
  ]);
  expect(judge('/search?q=<script>')).toMatchObject({ action: 0, score: { inbound: 5 } });
  expect(judge('/finder?q=<script>').action).toBe(0);
  expect(judge('/search?q=<script>', 'POST')).toMatchObject({ action: 1, reason: 'threshold' });
  expect(judge('/x?q=<script>')).toMatchObject({ action: 1, reason: 'threshold' });
});

test('tuning - the rules of a program are those that were written', () => {
  const tuning: Tuning[] = [
    { id: 's', rules: ['xss'], path: ['/a'], mode: 'shadow' },
    { id: 'e', rules: ['xss'], path: ['/b'], except: ['query[a]'] },
  ];
  const compiled = compileProgram(configOf([ruleOf('first', XSS.when), XSS], { tuning }));
  expect(compiled.ok && compiled.rules).toEqual([
    ruleOf('first', XSS.when),
    XSS,
    { ...XSS, mode: 'shadow' },
  ]);
});

test('tuning - exclusions of disjoint paths add up, those of paths that overlap are limited', () => {
  const rules = [ruleOf('q', { target: ['query.*'], op: 'contains', value: 'x' })];
  const disjoint = Array.from({ length: 200 }, (_, i): Tuning => {
    return { id: `t${i}`, rules: ['q'], path: [`/p${i}/**`], except: [`query[${i}]`] };
  });
  expect(compileProgram(configOf(rules, { tuning: disjoint })).ok).toBe(true);
  const overlapping = disjoint.slice(0, 12).map((entry, i) => ({ ...entry, path: [`/*${i}*`] }));
  expect(compileProgram(configOf(rules, { tuning: overlapping }))).toMatchObject({
    ok: false,
    diagnostics: [{ code: 'WAF_ERR_COMPILE_TUNING_TOO_LARGE', pointer: '/tuning/11/except' }],
  });
});

test('tuning - exclusions cost requests elsewhere next to nothing', () => {
  const rules = Array.from({ length: 50 }, (_, i) =>
    ruleOf(`r${i}`, { target: ['query.*'], op: 'regex', value: `attack${i}[a-z]+x` }),
  );
  const tuning = Array.from({ length: 200 }, (_, i): Tuning => {
    return { id: `t${i}`, rules: [`r${i % 50}`], path: [`/p${i}/**`], except: [`query[${i}]`] };
  });
  const request = requestOf({ uri: '/somewhere?q=the+quick+brown+fox&attack=1' });
  const steps = [configOf(rules), configOf(rules, { tuning })].map((config) => {
    const instance = instanceOf(config);
    instance.inspect(request);
    return instance.explain().steps;
  });
  expect(steps[1]).toBeLessThanOrEqual(steps[0]! * 1.05);
});

const PATHS: readonly (readonly [string, string, boolean])[] = [
  ['/a', '/a', false],
  ['/a', '/b', true],
  ['/a', '/a/**', false],
  ['/ab', '/a/**', true],
  ['/a/b', '/a/*', false],
  ['/a/b/c', '/a/*', true],
  ['/a/**', '/a/b/**', false],
  ['/a/**', '/ab/**', true],
  ['/a*', '/ab/**', false],
  ['/a*/x', '/b*/x', true],
  ['/**', '/x', false],
  ['/a/**', '/a*', false],
];

test.each(PATHS)('paths - %s and %s are disjoint: %s', (a, b, expected) => {
  expect([areDisjointPaths(a, b), areDisjointPaths(b, a)]).toEqual([expected, expected]);
});

test('paths - the table is complete', () => expect(PATHS).toHaveLength(12));
