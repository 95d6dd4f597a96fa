import { describe, expect, test } from 'vitest';
import { compileProgram } from '../../../src/compiler/compile-program.ts';
import { COMPILER_ERRORS } from '../../../src/compiler/error-codes.ts';
import { SUPPORTED_OPERATORS, SUPPORTED_TARGETS } from '../../../src/compiler/supported.ts';
import type { Condition, Leaf, Operator, Rule, WafConfig } from '../../../src/rules/model.ts';
import { configOf, ruleOf } from '../../reference/engine.ts';

/** An operator that no engine serves. */
const UNSERVED = 'sounds_like' as Operator;

const leaf = (rest: Partial<Leaf>): Leaf => ({
  target: ['uri'],
  op: 'contains',
  value: 'x',
  ...rest,
});

/** Code and pointer of every diagnostic. */
function faults(config: WafConfig): readonly (readonly [code: string, pointer: string])[] {
  const compiled = compileProgram(config);
  return compiled.ok
    ? []
    : compiled.diagnostics.map(({ code, pointer }) => [code, pointer] as const);
}

const CASES: readonly [name: string, when: Condition, code: string, pointer: string][] = [
  [
    'an unserved target',
    leaf({ target: ['uri', 'body.yaml.*'] }),
    'TARGET_UNSUPPORTED',
    '/target/1',
  ],
  ['an unserved exception', leaf({ except: ['tls.alpn'] }), 'TARGET_UNSUPPORTED', '/except/0'],
  ['a family without its name', leaf({ target: ['query[]'] }), 'TARGET_UNSUPPORTED', '/target/0'],
  ['an unknown family', leaf({ target: ['files[x]'] }), 'TARGET_UNSUPPORTED', '/target/0'],
  ['no target', leaf({ target: [] }), 'VALUE_INVALID', '/target'],
  ['an unserved operator', leaf({ op: UNSERVED }), 'OPERATOR_UNSUPPORTED', '/op'],
  ['a malformed regex', leaf({ op: 'regex', value: 'a(b' }), 'REGEX_INVALID', '/value'],
  ['a look-ahead', leaf({ op: 'regex', value: 'a(?=b)' }), 'REGEX_INVALID', '/value'],
  ['a number for a regex', leaf({ op: 'regex', value: 7 }), 'VALUE_INVALID', '/value'],
  [
    'an unserved transform',
    leaf({ transforms: ['trim', 'rot13'] }),
    'TRANSFORM_UNSUPPORTED',
    '/transforms/1',
  ],
  [
    'each_transform with all',
    leaf({ transforms: ['trim'], each_transform: true, quantifier: 'all' }),
    'CONDITION_UNSUPPORTED',
    '/each_transform',
  ],
  ['an empty all', { all: [] }, 'CONDITION_EMPTY', '/all'],
  ['an empty any', { any: [] }, 'CONDITION_EMPTY', '/any'],
  ['a number for contains', leaf({ value: 7 }), 'VALUE_INVALID', '/value'],
  ['a text for in', leaf({ op: 'in', value: 'x' }), 'VALUE_INVALID', '/value'],
  ['an empty list', leaf({ op: 'phrases', value: [] }), 'VALUE_INVALID', '/value'],
  ['a text that is too long', leaf({ value: 'x'.repeat(20_000) }), 'VALUE_INVALID', '/value'],
  ['no address', leaf({ op: 'ip_in', value: ['10.0.0.256'] }), 'VALUE_INVALID', '/value'],
  [
    'a prefix that is too long',
    leaf({ op: 'ip_in', value: ['10.0.0.0/33'] }),
    'VALUE_INVALID',
    '/value',
  ],
  ['bounds without a bound', leaf({ op: 'length', value: {} }), 'VALUE_INVALID', '/value'],
  ['an unknown bound', leaf({ op: 'length', value: { max: 3 } }), 'VALUE_INVALID', '/value'],
  ['a text as a number', leaf({ op: 'gt', value: '7' }), 'VALUE_INVALID', '/value'],
  ['half an interval', leaf({ op: 'between', value: [1] }), 'VALUE_INVALID', '/value'],
  ['bytes above 255', leaf({ op: 'byte_range', value: '32-256' }), 'VALUE_INVALID', '/value'],
  [
    'a count that says nothing',
    leaf({ quantifier: { count: 'some' } }),
    'VALUE_INVALID',
    '/quantifier',
  ],
  ['fewer than no values', leaf({ quantifier: { count: '<0' } }), 'VALUE_INVALID', '/quantifier'],
];

describe('diagnostics', () => {
  test.each(CASES)('%s', (_, when, code, pointer) => {
    const plain = faults(configOf([ruleOf('fine', leaf({})), ruleOf('bad', when)]));
    expect(plain).toEqual([[`WAF_ERR_COMPILE_${code}`, `/rules/1/when${pointer}`]]);
    const nested = faults(configOf([ruleOf('bad', { all: [leaf({}), { not: when }] })]));
    expect(nested).toEqual([[`WAF_ERR_COMPILE_${code}`, `/rules/0/when/all/1/not${pointer}`]]);
  });

  test('count - every case ran', () => {
    expect(CASES).toHaveLength(26);
  });

  test('on - needs a condition before it in the same all', () => {
    const chained = leaf({ on: 'matched' });
    const alone = [ruleOf('a', chained), ruleOf('b', { any: [leaf({}), chained] })];
    expect(faults(configOf(alone))).toEqual([
      ['WAF_ERR_COMPILE_VALUE_INVALID', '/rules/0/when/on'],
      ['WAF_ERR_COMPILE_VALUE_INVALID', '/rules/1/when/any/1/on'],
    ]);
    const behind = [ruleOf('c', { all: [leaf({}), { not: { any: [chained] } }] })];
    expect(faults(configOf(behind))).toEqual([]);
  });

  test('all faults of all rules come at once, each with its rule', () => {
    const compiled = compileProgram(
      configOf([
        ruleOf('a', { any: [leaf({ op: UNSERVED }), leaf({ target: ['x'], transforms: ['y'] })] }),
        ruleOf('b', leaf({}), { expires_at: 'tomorrow' }),
      ]),
    );
    expect(compiled.ok ? [] : compiled.diagnostics.map((d) => [d.rule_id, d.pointer])).toEqual([
      ['a', '/rules/0/when/any/0/op'],
      ['a', '/rules/0/when/any/1/target/0'],
      ['a', '/rules/0/when/any/1/transforms/0'],
      ['b', '/rules/1/expires_at'],
    ]);
  });

  test('hints name what is served', () => {
    const compiled = compileProgram(configOf([ruleOf('a', leaf({ op: UNSERVED, target: ['x'] }))]));
    const hints = compiled.ok ? [] : compiled.diagnostics.map(({ hint }) => hint);
    expect(hints[0]).toContain(SUPPORTED_TARGETS.join(', '));
    expect(hints[1]).toContain(SUPPORTED_OPERATORS.join(', '));
  });

  test('pointers count rules that are off', () => {
    const rules: Rule[] = [
      ruleOf('off', leaf({ op: UNSERVED }), { mode: 'off' }),
      ruleOf('bad', leaf({ op: UNSERVED })),
    ];
    expect(faults(configOf(rules))).toEqual([
      ['WAF_ERR_COMPILE_OPERATOR_UNSUPPORTED', '/rules/1/when/op'],
    ]);
  });
});

describe('limits', () => {
  test('a rule that could spend the whole budget is blamed', () => {
    const value = Array.from({ length: 20_000 }, (_, i) => `text ${i}`);
    const rules = [ruleOf('cheap', leaf({})), ruleOf('dear', leaf({ op: 'within', value }))];
    expect(faults(configOf(rules))).toEqual([['WAF_ERR_COMPILE_TOO_EXPENSIVE', '/rules/1/when']]);
  });

  test('more score categories than fit are refused', () => {
    const score = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`c${i}`, 1]));
    const compiled = compileProgram(configOf([ruleOf('a', leaf({}), { score })]));
    expect(compiled.ok ? null : compiled.diagnostics).toEqual([
      {
        code: 'WAF_ERR_COMPILE_LIMIT_EXCEEDED',
        pointer: '/rules',
        message: 'The rule set has 17 score categories, of which 16 fit',
        hint: 'Remove or merge rules.',
      },
    ]);
  });

  test('more rules than fit are refused', () => {
    const rules = Array.from({ length: 10_001 }, (_, i) => ruleOf(`r${i}`, leaf({})));
    expect(faults(configOf(rules))).toEqual([['WAF_ERR_COMPILE_LIMIT_EXCEEDED', '/rules']]);
  });

  test('a program above the size limit is refused', () => {
    const value = Array.from({ length: 1100 }, (_, i) => `${i}`.padEnd(16_000, 'x'));
    const rules = [ruleOf('r', leaf({ op: 'in', value, ignore_case: true }))];
    expect(faults(configOf(rules))).toEqual([['WAF_ERR_COMPILE_PROGRAM_TOO_LARGE', '/rules']]);
  });
});

test('error table - every code says what it means', () => {
  expect(Object.keys(COMPILER_ERRORS).length).toBeGreaterThanOrEqual(10);
  for (const [code, text] of Object.entries(COMPILER_ERRORS)) {
    expect(code).toMatch(/^WAF_ERR_COMPILE_[A-Z_]+$/);
    expect(text).toMatch(/^[A-Z].*\.$/);
  }
});
