import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InspectionRequest } from '../../../src/engine/verdict.ts';
import { CachingEngine } from '../../reference/caching-engine.ts';
import { configOf, instanceOf, programOf, requestOf, ruleOf } from '../../reference/engine.ts';
import { configs, exchanges, requests, responseConfigs } from '../../reference/generators.ts';

/** Requests that come again: a value is remembered when it is seen twice in a row. */
const repeating = (asked: fc.Arbitrary<InspectionRequest>) =>
  fc
    .tuple(fc.array(asked, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 3 }))
    .map(([batch, rounds]) => Array.from({ length: rounds }, () => batch).flat());
const both = fc.oneof({ weight: 3, arbitrary: exchanges }, requests);
const cases = fc.oneof(
  { weight: 2, arbitrary: fc.tuple(configs, repeating(requests)) },
  fc.tuple(responseConfigs, repeating(both)),
);
const budgets = fc.oneof(
  fc.constant(20_000_000),
  fc.integer({ min: 1, max: 4000 }),
  fc.integer({ min: 1, max: 600 }),
);

describe('caches', () => {
  test('on, flushed before every request, off, in a new instance - explanations are the same', () => {
    let exhausted = 0;
    let matched = 0;
    fc.assert(
      fc.property(cases, budgets, ([config, batch], maxSteps) => {
        const { program } = programOf({ ...config, max_steps: maxSteps });
        const warm = new CachingEngine(program);
        const flushed = new CachingEngine(program);
        const off = new CachingEngine(program).withoutCaches();
        for (const request of batch) {
          const expected = new CachingEngine(program).inspect(request);
          flushed.flushCaches();
          expect(warm.inspect(request)).toEqual(expected);
          expect(flushed.inspect(request)).toEqual(expected);
          expect(off.inspect(request)).toEqual(expected);
          if (expected.explanation.reason === 'budget') exhausted += 1;
          matched += expected.explanation.matches.length;
        }
      }),
      { numRuns: 150 },
    );
    expect(exhausted).toBeGreaterThan(10);
    expect(matched).toBeGreaterThan(50);
  }, 60_000);

  test('a value that exhausts the budget - is cut off alike, known or not', () => {
    const { program } = programOf(
      configOf([ruleOf('r', { target: ['headers.*'], op: 'regex', value: 'a[ab]{3,9}x|b+y' })], {
        max_steps: 3000,
      }),
    );
    const shared = ['k', 'ab'.repeat(26)];
    const short = requestOf({ headers: shared });
    const long = requestOf({ headers: ['l', 'ba'.repeat(60), ...shared] });
    const warm = new CachingEngine(program);
    for (let i = 0; i < 3; i++) expect(warm.inspect(short).explanation.reason).toBe('no-match');
    const cold = new CachingEngine(program).inspect(long);
    expect(cold.explanation).toMatchObject({ reason: 'budget', steps: 3001 });
    expect(warm.inspect(long)).toEqual(cold);
  });

  test('a header that comes with every request - costs the same steps each time', () => {
    const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36';
    const target = ['headers.*'];
    const { program } = programOf(
      configOf([
        ruleOf('found', { target, op: 'contains', value: 'applewebkit', ignore_case: true }),
        ruleOf('regex', { target, op: 'regex', value: 'Linux x\\d+_\\d+' }),
        ruleOf('absent', { target, op: 'regex', value: 'sqlmap/[0-9.]+' }),
      ]),
    );
    const engine = new CachingEngine(program);
    const request = requestOf({ headers: ['user-agent', agent] });
    const first = engine.inspect(request);
    expect(first.explanation.matches.map(({ rule }) => rule)).toEqual(['found', 'regex']);
    for (let i = 0; i < 5; i++) expect(engine.inspect(request)).toEqual(first);
  });
});

test('steps - never exceed the static bound', () => {
  fc.assert(
    fc.property(cases, ([config, batch]) => {
      const { worstCaseSteps } = programOf(config);
      const instance = instanceOf(config);
      for (const request of batch) {
        instance.inspect(request);
        expect(instance.explain().steps).toBeLessThanOrEqual(worstCaseSteps);
      }
    }),
    { numRuns: 200 },
  );
}, 60_000);
