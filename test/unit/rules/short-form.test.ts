import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS } from '../../../src/config/limits.ts';
import type { Leaf } from '../../../src/rules/model.ts';
import { readRules } from '../../../src/rules/read-rules.ts';
import { patternTest } from '../../../src/rules/short-form.ts';

/** The documented meaning of a pattern, written down as plainly as possible. */
function documented(pattern: string, value: string): boolean {
  if (pattern.startsWith('^') && pattern.endsWith('$')) return value === pattern.slice(1, -1);
  if (pattern.startsWith('^')) return value.startsWith(pattern.slice(1));
  if (pattern.endsWith('$')) return value.endsWith(pattern.slice(0, -1));
  const lower = value.toLowerCase();
  if (!pattern.includes('*')) return lower.includes(pattern.toLowerCase());
  return documentedGlob(pattern.toLowerCase(), lower);
}

function documentedGlob(pattern: string, value: string): boolean {
  const parts = pattern.split('*');
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if (part === '') continue;
    if (index === 0) {
      if (!value.startsWith(part)) return false;
      at = part.length;
    } else if (index === parts.length - 1) {
      if (!value.endsWith(part)) return false;
    } else {
      const found = value.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
  }
  return true;
}

/** What the operators of the long form mean. */
function evaluate(
  { op, value, ignore_case }: Pick<Leaf, 'op' | 'value' | 'ignore_case'>,
  text: string,
) {
  const fold = (s: string) => (ignore_case ? s.toLowerCase() : s);
  const wanted = fold(value as string);
  const given = fold(text);
  if (op === 'equals') return given === wanted;
  if (op === 'starts_with') return given.startsWith(wanted);
  if (op === 'ends_with') return given.endsWith(wanted);
  if (op === 'contains') return given.includes(wanted);
  if (op === 'glob') return documentedGlob(wanted, given);
  throw new Error(`a pattern never becomes ${op}`);
}

const text = fc.string({
  unit: fc.constantFrom('a', 'A', 'b', '/', '.', '*', '^', '$'),
  maxLength: 8,
});

test('short form - a pattern means in the long form what is documented for it', () => {
  fc.assert(
    fc.property(text, text, (pattern, value) => {
      // A lone `^` and `^` beside `$` overlap; both are refused as catch-alls.
      fc.pre(!/^[\^$]?$/.test(pattern));
      expect(evaluate(patternTest(pattern), value)).toBe(documented(pattern, value));
    }),
    { numRuns: 3000 },
  );
});

const QUIRKS: readonly [pattern: string, value: string, matches: boolean][] = [
  ['a*a', 'a', true],
  ['EvilBot.*', 'EvilBot/1.0', false],
  ['EvilBot.*', 'evilbot./1.0', true],
  ['^/a*', '/a*b', true],
  ['^/a*', '/ab', false],
  ['^/Admin', '/admin', false],
  ['.PHP$', '/x.php', false],
  ['admin', '/ADMIN/', true],
  ['*a*b*', 'xaxbx', true],
  ['*b*a*', 'xaxbx', false],
];

test('short form - the quirk table has 10 cases', () => {
  expect(QUIRKS).toHaveLength(10);
});

test.each(QUIRKS)('short form - %s on %s is %s', (pattern, value, matches) => {
  expect(documented(pattern, value)).toBe(matches);
  expect(evaluate(patternTest(pattern), value)).toBe(matches);
});

const FIELDS: readonly [field: string, target: string, first: boolean][] = [
  ['URI', 'uri', false],
  ['uri', 'uri', false],
  ['Method', 'method', false],
  ['SourceIP', 'client.ip', false],
  ['SOURCEIP', 'client.ip', false],
  ['Version', 'version', false],
  ['Body', 'body.raw', false],
  ['Header:User-Agent', 'headers[user-agent]', true],
  ['header:x', 'headers[x]', true],
];

test('short form - the field table has 9 cases', () => {
  expect(FIELDS).toHaveLength(9);
});

test.each(FIELDS)('short form - the field %s is the target %s', (field, target, first) => {
  const { when } = only({ id: 'a', field, pattern: 'x', action: 'log' });
  expect(when).toEqual({
    target: [target],
    op: 'contains',
    value: 'x',
    ignore_case: true,
    ...(first ? { first: true } : {}),
  });
});

test('short form - max_length and requires are siblings that must hold as well', () => {
  const rule = only({
    id: 'a',
    field: 'Header:User-Agent',
    pattern: '.',
    max_length: 20,
    requires: { URI: '^/login', Method: '^POST$' },
    action: 'RateLimit',
    ttl_seconds: 60,
  });
  expect(rule).toEqual({
    v: 1,
    id: 'a',
    tags: [],
    severity: 'warning',
    mode: 'enforce',
    priority: 0,
    ttl_seconds: 60,
    when: {
      all: [
        {
          target: ['headers[user-agent]'],
          op: 'contains',
          value: '.',
          ignore_case: true,
          first: true,
        },
        { target: ['headers[user-agent]'], op: 'length', value: { lte: 20 }, first: true },
        { target: ['uri'], op: 'starts_with', value: '/login' },
        { target: ['method'], op: 'equals', value: 'POST' },
      ],
    },
    action: { ratelimit: { key: 'client.ip', limit: 60, window_s: 60, over: 'block' } },
  });
});

test('short form - max_length and requires warn that other guests ignore them', () => {
  const text =
    '{"id":"a","field":"URI","pattern":"x","action":"log","max_length":5,"requires":{"Method":"G"}}';
  const { diagnostics } = readRules(text, { now: 0, origin: 'entry' });
  expect(diagnostics.map(({ code, severity, pointer }) => [code, severity, pointer])).toEqual([
    ['WAF_ERR_RULE_NEEDS_OUR_GUEST', 'warning', '/max_length'],
    ['WAF_ERR_RULE_NEEDS_OUR_GUEST', 'warning', '/requires'],
  ]);
});

const ACTIONS: readonly [word: string, action: object][] = [
  ['block', { block: { status: 403 } }],
  ['BLOCK', { block: { status: 403 } }],
  ['Log', { log: {} }],
  ['allow', { allow: { skip: 'all' } }],
  ['rateLimit', { ratelimit: { key: 'client.ip', limit: 60, window_s: 60, over: 'block' } }],
];

test.each(ACTIONS)('short form - the action %s in any case', (word, action) => {
  expect(only({ id: 'a', field: 'URI', pattern: 'x', action: word }).action).toEqual(action);
});

test('short form - the longest pattern allowed is accepted', () => {
  const pattern = 'x'.repeat(LIMITS.rule.max_pattern_length);
  expect(only({ id: 'a', field: 'URI', pattern, action: 'log' }).id).toBe('a');
});

function only(written: object) {
  const { rules, diagnostics } = readRules(JSON.stringify(written), { now: 0, origin: 'entry' });
  expect(diagnostics.filter(({ severity }) => severity !== 'warning')).toEqual([]);
  return rules[0]!.rule;
}
