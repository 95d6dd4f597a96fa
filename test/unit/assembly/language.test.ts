import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileProgram } from '../../../src/compiler/compile-program.ts';
import type { Condition, Rule } from '../../../src/rules/model.ts';
import { configOf, instanceOf, programOf, requestOf, ruleOf } from '../../reference/engine.ts';
import { requests } from '../../reference/generators.ts';
import { judge } from '../../reference/judge.ts';
import { languageConfigs } from '../../reference/language-generators.ts';

const ref = (name: string, group: number) => `\${${name}.${group}}`;

test('captures, scores, patterns of names - equal the reference engine, within the bound, cold and warm', () => {
  const seed = Date.now() % 2 ** 31;
  console.info(`seed ${seed}`);
  fc.assert(
    fc.property(
      languageConfigs,
      fc.array(requests, { minLength: 1, maxLength: 4 }),
      (config, batch) => {
        const { worstCaseSteps } = programOf(config);
        const instance = instanceOf(config);
        for (const request of batch) {
          const action = instance.inspect(request);
          const { matches, rule, reason, score, steps } = instance.explain();
          expect({ action, rule, reason, score, matches: matches.map((m) => m.rule) }).toEqual(
            judge(config, request),
          );
          expect(steps).toBeLessThanOrEqual(worstCaseSteps);
          const fresh = instanceOf(config);
          fresh.inspect(request);
          expect(fresh.explain()).toEqual(instance.explain());
        }
      },
    ),
    { seed, numRuns: 80 },
  );
});

/** A condition, the request target that satisfies it, and one that does not. */
const CASES: readonly [string, Condition, string, string][] = [
  [
    'groups of one value compared',
    {
      all: [
        { target: ['query.*'], op: 'regex', value: '^(\\w+)=(\\w+)$', as: 'c' },
        { target: [ref('c', 1)], op: 'equals', value: ref('c', 2) },
      ],
    },
    '/?q=a%3Da',
    '/?q=a%3Db',
  ],
  [
    'numbers compared',
    {
      all: [
        { target: ['query[r]'], op: 'regex', value: '(\\d+)-(\\d+)', as: 'c' },
        { target: [ref('c', 2)], op: 'lt', value: ref('c', 1) },
      ],
    },
    '/?r=10-9',
    '/?r=9-10',
  ],
  [
    'text around a capture',
    {
      all: [
        { target: ['query[h]'], op: 'regex', value: '^(.*)$', as: 'h' },
        { target: ['query[u]'], op: 'ends_with', value: `.${ref('h', 1)}` },
      ],
    },
    '/?u=a.b.c&h=b.c',
    '/?u=ab.c&h=b.c',
  ],
  [
    'the form in which the binding condition saw the value',
    {
      all: [
        { target: ['query[a]'], transforms: ['lowercase'], op: 'regex', value: 'x(.*)', as: 'c' },
        { target: ['query[b]'], op: 'equals', value: ref('c', 1) },
      ],
    },
    '/?a=xYZ&b=yz',
    '/?a=xYZ&b=YZ',
  ],
  [
    'the first value that satisfies the binding condition',
    {
      all: [
        { target: ['query.*'], op: 'regex', value: '^k(.)', as: 'c' },
        { target: [ref('c', 1)], op: 'equals', value: '1' },
      ],
    },
    '/?a=x&b=k1&c=k2',
    '/?a=x&b=k2&c=k1',
  ],
  [
    'the whole value without a regular expression',
    {
      all: [
        { target: ['query[a]'], op: 'exists', as: 'c' },
        { target: ['query[b]'], op: 'equals', value: ref('c', 0) },
      ],
    },
    '/?a=1&b=1',
    '/?a=1&b=2',
  ],
  [
    'a capture of a capture, and what it matched',
    {
      all: [
        { target: ['query[a]'], op: 'regex', value: '#(.*)', as: 'c' },
        { target: [ref('c', 1)], op: 'regex', value: '=(.*)', as: 'd' },
        { on: 'matched', target: [], op: 'contains', value: 'key' },
        { target: [ref('d', 1)], op: 'starts_with', value: 'v' },
      ],
    },
    '/?a=%23key%3Dv',
    '/?a=key%23%3Dv',
  ],
  [
    'a greedy and a lazy group',
    {
      all: [
        { target: ['query[a]'], op: 'regex', value: '^(a+?)(a*)', as: 'c' },
        { target: [ref('c', 1)], op: 'equals', value: 'a' },
        { target: [ref('c', 2)], op: 'equals', value: 'aa' },
      ],
    },
    '/?a=aaa',
    '/?a=aaaa',
  ],
  [
    'names by a pattern',
    { target: ['query[/^_ga/]'], op: 'equals', value: '1' },
    '/?_gab=1',
    '/?x_ga=1',
  ],
  [
    'all but names of a pattern',
    { target: ['query.*'], except: ['query[/^_/]'], op: 'regex', value: '\\d' },
    '/?a=1',
    '/?_a=1',
  ],
  ['a name of names', { target: ['query.names[a]'], op: 'exists' }, '/?a=1', '/?b=1'],
  [
    'the first of several targets',
    { target: ['query[a]', 'query[b]'], op: 'equals', value: '1', first: true },
    '/?b=1&a=2',
    '/?b=2&a=1',
  ],
];

test(`language - ${CASES.length} conditions that name, capture and choose`, () => {
  expect(CASES).toHaveLength(12);
  for (const [name, when, match, miss] of CASES) {
    const instance = instanceOf(configOf([ruleOf('r', when)]));
    const verdicts = [match, miss, match].map((uri) => instance.inspect(requestOf({ uri })));
    expect(verdicts, name).toEqual([1, 0, 1]);
  }
});

test('scores - a rule reads what all others have added', () => {
  const adds = (id: string, value: string, points: number) =>
    ruleOf(
      id,
      { target: ['query.*'], op: 'contains', value },
      {
        action: { score: {} },
        score: { sqli: points },
      },
    );
  const rules = [
    ruleOf('a-limit', { target: ['score.sqli'], op: 'gte', value: 5 }),
    adds('b', 'union', 3),
    adds('c', 'select', 2),
  ];
  const instance = instanceOf(configOf(rules));
  expect(instance.inspect(requestOf({ uri: '/?q=union' }))).toBe(0);
  expect(instance.inspect(requestOf({ uri: '/?q=union+select' }))).toBe(1);
  expect(instance.explain().rule).toBe('a-limit');
});

/** What cannot be compiled, and where. */
const FAULTS: readonly [Partial<Rule> & { when: Condition }, string][] = [
  [{ when: { target: [ref('c', 1)], op: 'equals', value: 'a' } }, '/when/target/0'],
  [
    {
      when: {
        all: [
          { target: ['uri'], op: 'regex', value: '(a)', as: 'c' },
          { target: [ref('c', 2)], op: 'equals', value: 'a' },
        ],
      },
    },
    '/when/all/1/target/0',
  ],
  [
    {
      when: {
        all: [
          { target: ['uri'], op: 'regex', value: '(a)', as: 'c' },
          { target: ['path'], op: 'equals', value: ref('d', 1) },
        ],
      },
    },
    '/when/all/1/value',
  ],
  [{ when: { target: ['cookies[/(/]'], op: 'exists' } }, '/when/target/0'],
  [{ when: { target: ['score.sqli'], op: 'equals', value: '5' } }, '/when/op'],
  [{ when: { target: ['score.sqli'], op: 'gt', value: 5 }, score: { sqli: 1 } }, '/score/sqli'],
  [
    {
      when: { target: ['score.sqli'], op: 'gt', value: 5 },
      action: { allow: { skip: { ids: ['x'] } } },
    },
    '/action/allow/skip',
  ],
];

test(`language - ${FAULTS.length} rules that cannot mean anything are refused, with the place`, () => {
  expect(FAULTS).toHaveLength(7);
  for (const [{ when, ...rest }, pointer] of FAULTS) {
    const compiled = compileProgram(configOf([ruleOf('r', when, rest)]));
    const pointers = compiled.ok ? [] : compiled.diagnostics.map((d) => d.pointer);
    expect(pointers, pointer).toEqual([`/rules/0${pointer}`]);
  }
});
