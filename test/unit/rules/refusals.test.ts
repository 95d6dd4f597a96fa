import { expect, test } from 'vitest';
import { LIMITS } from '../../../src/config/limits.ts';
import { readRules } from '../../../src/rules/read-rules.ts';
import { CONDITION_FAULTS } from './condition-faults.ts';
import { LEAF, long, RULE_FAULTS } from './rule-faults.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');

const CASES = [...RULE_FAULTS, ...CONDITION_FAULTS];

test('refusals - the table has 105 cases', () => {
  expect(CASES).toHaveLength(110);
  expect(new Set(CASES.map(({ name }) => name)).size).toBe(110);
});

test.each(CASES)('refusals - $name', ({ text: marked, code, pointer, hint }) => {
  const at = marked.indexOf('▸');
  const before = marked.slice(0, at).split('\n');
  const read = readRules(marked.replace('▸', ''), { now: NOW, origin: 'entry' });
  const errors = read.diagnostics.filter(({ severity }) => severity !== 'warning');
  expect(errors).toEqual([
    expect.objectContaining({
      code,
      pointer,
      line: before.length,
      column: before.at(-1)!.length + 1,
      message: expect.stringMatching(/\S/),
      hint: hint ?? expect.stringMatching(/\S/),
    }),
  ]);
});

test('refusals - all faults of all rules are reported in one go, rules without an id by their index', () => {
  const text = `{"rules":[
    {"id":"a","when":{"all":[{"target":"querry.*","op":"containz","value":"x"}]},"action":"blok","colour":1},
    {"id":"b","when":{"target":"uri","transforms":["lower"],"op":"contains","value":""},"action":{"blok":{}}},
    {"field":"URI","pattern":"*","action":"log"},
    {"id":"ok","field":"URI","pattern":"x","action":"log"}
  ]}`;
  const { diagnostics, rules } = readRules(text, { now: NOW, origin: 'entry' });
  expect(
    diagnostics.map(({ rule_id, code, pointer, line }) => [rule_id, code, pointer, line]),
  ).toEqual([
    ['a', 'WAF_ERR_RULE_KEY_UNKNOWN', '/rules/0/colour', 2],
    ['a', 'WAF_ERR_RULE_ACTION_UNKNOWN', '/rules/0/action', 2],
    ['a', 'WAF_ERR_RULE_OPERATOR_UNKNOWN', '/rules/0/when/all/0/op', 2],
    ['a', 'WAF_ERR_RULE_TARGET_UNKNOWN', '/rules/0/when/all/0/target', 2],
    ['b', 'WAF_ERR_RULE_ACTION_UNKNOWN', '/rules/1/action/blok', 3],
    ['b', 'WAF_ERR_RULE_TRANSFORM_UNKNOWN', '/rules/1/when/transforms/0', 3],
    ['b', 'WAF_ERR_RULE_MATCHES_EVERYTHING', '/rules/1/when/value', 3],
    ['index:2', 'WAF_ERR_RULE_KEY_MISSING', '/rules/2', 4],
    ['index:2', 'WAF_ERR_RULE_MATCHES_EVERYTHING', '/rules/2/pattern', 4],
  ]);
  expect(rules.map(({ rule }) => rule.id)).toEqual(['ok']);
});

test('refusals - a text above the size limit is not parsed', () => {
  const text = ' '.repeat(LIMITS.batch.max_body_bytes + 1);
  const { diagnostics } = readRules(text, { now: NOW, origin: 'entry' });
  expect(diagnostics.map(({ code }) => code)).toEqual(['WAF_ERR_RULE_TEXT_TOO_LARGE']);
});

test('refusals - a batch above the limit is refused as a whole', () => {
  const text = `[${Array(LIMITS.batch.max_rules + 1).fill(0)}]`;
  const { diagnostics } = readRules(text, { now: NOW, origin: 'entry' });
  expect(diagnostics.map(({ code }) => code)).toEqual(['WAF_ERR_RULE_BATCH_TOO_LARGE']);
});

const ACCEPTED = [
  long('{"target":"client.ip","op":"exists"}', '"action":"ratelimit"'),
  long('{"target":"uri","op":"exists"}', '"action":"log"'),
  long('{"target":"headers[x-key]","op":"exists"}'),
  long('{"not":{"target":"uri","op":"exists"}}'),
  long('{"target":"uri","op":"length","value":{"gte":1}}'),
  long('{"target":"client.ip","op":"ip_in","value":["10.0.0.0/8","::1"]}'),
  long('{"target":"uri","op":"length","value":2000}'),
  '{"id":"a","field":"header:X-A","pattern":"a*a","action":"RateLimit"}',
  long(`{"all":[{${LEAF}},{"on":"matched","op":"contains","value":"y"}]}`),
  long(
    '{"target":"ARGS","transforms":["t:urlDecodeUni","compress_ws"],"op":"contains","value":"x"}',
  ),
];

test.each(ACCEPTED)('refusals - %s is not refused', (text) => {
  const read = readRules(text, { now: NOW, origin: 'entry' });
  expect(read.diagnostics).toEqual([]);
  expect(read.rules).toHaveLength(1);
});

test('refusals - sizes and bounds are told in plain words', () => {
  const messages = [{ target: [], value: ['x'] }, { value: 'x'.repeat(40_000) }].flatMap((more) => {
    const when = { target: 'uri', op: 'in', ...more };
    const text = JSON.stringify({ id: 'a', when, action: 'block', priority: 2000, tags: [''] });
    return readRules(text, { now: NOW, origin: 'entry' }).diagnostics.map(({ message }) => message);
  });
  expect(messages).toContain('2000 is more than 1000');
  expect(messages).toContain('expected at least 1 item, found 0');
  expect(messages).toContain('expected at most 32768 characters, found 40000');
  expect(messages).toContain('expected at least 1 character, found 0');
  expect(messages.join()).not.toMatch(/must (NOT|be|match)/);
});
