import { describe, expect, it } from 'vitest';
import { renderPattern } from '../../../src/pipeline/render-pattern.ts';
import type { Condition } from '../../../src/rules/model.ts';

const leaf = (op: string, value: unknown, more: object = {}) =>
  ({ target: ['uri'], op, value, ...more }) as Condition;

describe('renderPattern', () => {
  it('pattern - conditions read as people wrote them', () => {
    const cases: readonly [Condition, string][] = [
      [leaf('equals', '/a'), '^/a$'],
      [leaf('starts_with', '/a'), '^/a'],
      [leaf('ends_with', '.php'), '.php$'],
      [leaf('glob', '/a*b', { ignore_case: true }), '/a*b'],
      [leaf('contains', 'evil', { ignore_case: true }), 'evil'],
      [leaf('contains', 'evil'), 'uri contains "evil"'],
      [leaf('contains', '^evil', { ignore_case: true }), 'uri contains "^evil"'],
      [leaf('contains', 'a*b', { ignore_case: true }), 'uri contains "a*b"'],
      [leaf('equals', 'a', { transforms: ['lowercase'] }), 'uri → lowercase equals "a"'],
      [leaf('exists', undefined), 'uri exists'],
      [leaf('length', { lte: 20 }), 'uri length {"lte":20}'],
      [leaf('in', [1, 2, 3, 4, 5, 6, 7]), 'uri in [1,2,3,4,5,… 2 more]'],
      [{ not: leaf('equals', 'a') }, 'not uri equals "a"'],
      [{ all: [leaf('exists', undefined)] }, 'uri exists'],
      [
        { all: [leaf('exists', undefined), { any: [leaf('lt', 1), leaf('gt', 2)] }] },
        '(uri exists and (uri lt 1 or uri gt 2))',
      ],
      [
        { target: ['query.*', 'body.raw'], op: 'contains', value: 'x' },
        'query.* | body.raw contains "x"',
      ],
    ];
    expect(cases).toHaveLength(16);
    for (const [when, text] of cases) expect(renderPattern({ when })).toBe(text);
  });

  it('pattern - never longer than 200 characters', () => {
    const long = renderPattern({ when: leaf('contains', 'x'.repeat(4096)) });
    expect(long).toHaveLength(200);
    expect(long.endsWith('…')).toBe(true);
  });
});
