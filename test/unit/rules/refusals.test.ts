import { expect, test } from 'vitest';
import { LIMITS } from '../../../src/config/limits.ts';
import { readRules } from '../../../src/rules/read-rules.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');

/** `▸` marks where the fault must be reported; it is not part of the text. */
interface Case {
  readonly name: string;
  readonly text: string;
  readonly code: string;
  readonly pointer: string;
  readonly hint?: string;
}

const SHORT = '"id":"a","field":"URI","pattern":"/x","action":"block"';
const LEAF = '"target":"uri","op":"contains","value":"x"';
const long = (when: string, rest = '"action":"block"') => `{"id":"a","when":${when},${rest}}`;
const E = 'WAF_ERR_RULE_';

const CASES: readonly Case[] = [
  // JSON
  {
    name: 'an empty text',
    text: '▸',
    code: `${E}JSON_SYNTAX`,
    pointer: '',
  },
  {
    name: 'a comment',
    text: `{\n  ▸// no\n  ${SHORT}}`,
    code: `${E}JSON_SYNTAX`,
    pointer: '',
  },
  {
    name: 'a trailing comma',
    text: `{${SHORT},\n▸}`,
    code: `${E}JSON_SYNTAX`,
    pointer: '',
  },
  {
    name: 'a missing comma',
    text: `[{${SHORT}}\n ▸{${SHORT}}]`,
    code: `${E}JSON_SYNTAX`,
    pointer: '',
  },
  { name: 'single quotes', text: `{▸'id':1}`, code: `${E}JSON_SYNTAX`, pointer: '' },
  { name: 'text after the end', text: `{${SHORT}} ▸]`, code: `${E}JSON_SYNTAX`, pointer: '' },
  { name: 'a bare word', text: '{"id":▸yes}', code: `${E}JSON_SYNTAX`, pointer: '/id' },
  { name: 'an open string', text: '{"id":▸"a', code: `${E}JSON_SYNTAX`, pointer: '/id' },
  {
    name: 'an escape that JSON lacks',
    text: String.raw`{"id":"a▸\x41"}`,
    code: `${E}JSON_SYNTAX`,
    pointer: '/id',
  },
  {
    name: 'a raw control character',
    text: '{"id":"a▸\u0001"}',
    code: `${E}JSON_SYNTAX`,
    pointer: '/id',
  },
  { name: 'a number with a leading zero', text: '[0▸1]', code: `${E}JSON_SYNTAX`, pointer: '' },
  {
    name: 'a key twice',
    text: `{${SHORT},\n ▸"id":"b"}`,
    code: `${E}JSON_DUPLICATE_KEY`,
    pointer: '/id',
  },
  {
    name: 'nesting without end',
    text: `${'['.repeat(49)}▸[`,
    code: `${E}JSON_TOO_DEEP`,
    pointer: '/0'.repeat(49),
  },
  // Batches
  { name: 'an empty array', text: '▸[]', code: `${E}BATCH_EMPTY`, pointer: '' },
  { name: 'no rules in rules', text: '▸{"rules":[]}', code: `${E}BATCH_EMPTY`, pointer: '' },
  {
    name: 'rules that are no array',
    text: '{"rules":▸{}}',
    code: `${E}TYPE`,
    pointer: '/rules',
  },
  {
    name: 'a key beside rules',
    text: `{"rules":[{${SHORT}}],▸"version":1}`,
    code: `${E}KEY_UNKNOWN`,
    pointer: '/version',
  },
  { name: 'a rule that is a number', text: '[▸5]', code: `${E}TYPE`, pointer: '/0' },
  {
    name: 'an id twice in a batch',
    text: `[{${SHORT}},{"id":▸"a","field":"URI","pattern":"/y","action":"log"}]`,
    code: `${E}ID_DUPLICATE`,
    pointer: '/1/id',
  },
  // Shape
  {
    name: 'no id',
    text: '▸{"field":"URI","pattern":"x","action":"log"}',
    code: `${E}KEY_MISSING`,
    pointer: '',
  },
  { name: 'no action', text: `▸{"id":"a","when":{${LEAF}}}`, code: `${E}KEY_MISSING`, pointer: '' },
  {
    name: 'no condition',
    text: '▸{"id":"a","action":"log"}',
    code: `${E}KEY_MISSING`,
    pointer: '',
  },
  {
    name: 'an unknown key',
    text: `{${SHORT},▸"pririty":5}`,
    code: `${E}KEY_UNKNOWN`,
    pointer: '/pririty',
    hint: 'Did you mean "priority"?',
  },
  {
    name: 'a key named __proto__',
    text: `{${SHORT},▸"__proto__":{"admin":true}}`,
    code: `${E}KEY_UNKNOWN`,
    pointer: '/__proto__',
  },
  {
    name: 'a condition in a short-form rule',
    text: `{${SHORT},▸"when":{${LEAF}}}`,
    code: `${E}KEY_UNKNOWN`,
    pointer: '/when',
  },
  {
    name: 'an unknown key of a leaf',
    text: long(`{${LEAF},▸"ignorecase":true}`),
    code: `${E}KEY_UNKNOWN`,
    pointer: '/when/ignorecase',
    hint: 'Did you mean "ignore_case"?',
  },
  {
    name: 'a key beside all',
    text: long(`{"all":[{${LEAF}}],▸"op":"exists"}`),
    code: `${E}KEY_UNKNOWN`,
    pointer: '/when/op',
  },
  {
    name: 'an id of the wrong type',
    text: '{"id":▸7,"field":"URI","pattern":"x","action":"log"}',
    code: `${E}TYPE`,
    pointer: '/id',
  },
  {
    name: 'an id with a space',
    text: '{"id":▸"a b","field":"URI","pattern":"x","action":"log"}',
    code: `${E}VALUE`,
    pointer: '/id',
  },
  {
    name: 'an empty id',
    text: '{"id":▸"","field":"URI","pattern":"x","action":"log"}',
    code: `${E}VALUE`,
    pointer: '/id',
  },
  {
    name: 'an id that is too long',
    text: `{"id":▸"${'a'.repeat(129)}","field":"URI","pattern":"x","action":"log"}`,
    code: `${E}VALUE`,
    pointer: '/id',
  },
  {
    name: 'a pattern that is too long',
    text: `{"id":"a","field":"URI","pattern":▸"${'x'.repeat(4097)}","action":"log"}`,
    code: `${E}VALUE`,
    pointer: '/pattern',
  },
  {
    name: 'a mode that does not exist',
    text: `{${SHORT},"mode":▸"enfroce"}`,
    code: `${E}VALUE`,
    pointer: '/mode',
    hint: 'Did you mean "enforce"?',
  },
  {
    name: 'a priority out of range',
    text: `{${SHORT},"priority":▸1001}`,
    code: `${E}VALUE`,
    pointer: '/priority',
  },
  {
    name: 'a confidence above one',
    text: `{${SHORT},"confidence":▸1.5}`,
    code: `${E}VALUE`,
    pointer: '/confidence',
  },
  {
    name: 'a negative lifetime',
    text: `{${SHORT},"ttl_seconds":▸-1}`,
    code: `${E}VALUE`,
    pointer: '/ttl_seconds',
  },
  {
    name: 'an instant that is none',
    text: `{${SHORT},"expires_at":▸"tomorrow"}`,
    code: `${E}VALUE`,
    pointer: '/expires_at',
  },
  {
    name: 'a leap second',
    text: `{${SHORT},"expires_at":▸"2030-06-30T23:59:60Z"}`,
    code: `${E}VALUE`,
    pointer: '/expires_at',
  },
  {
    name: 'the same tag twice',
    text: `{${SHORT},"tags":▸["a","a"]}`,
    code: `${E}VALUE`,
    pointer: '/tags',
  },
  { name: 'another version', text: `{"v":▸2,${SHORT}}`, code: `${E}VALUE`, pointer: '/v' },
  {
    name: 'a source that does not exist',
    text: `{${SHORT},"provenance":{"source":▸"robot"}}`,
    code: `${E}VALUE`,
    pointer: '/provenance/source',
  },
  // Actions
  {
    name: 'an unknown action word',
    text: '{"id":"a","field":"URI","pattern":"x","action":▸"blok"}',
    code: `${E}ACTION_UNKNOWN`,
    pointer: '/action',
    hint: 'Did you mean "block"?',
  },
  {
    name: 'an unknown action object',
    text: '{"id":"a","field":"URI","pattern":"x","action":{▸"alow":{}}}',
    code: `${E}ACTION_UNKNOWN`,
    pointer: '/action/alow',
    hint: 'Did you mean "allow"?',
  },
  {
    name: 'two actions',
    text: '{"id":"a","field":"URI","pattern":"x","action":▸{"block":{},"log":{}}}',
    code: `${E}VALUE`,
    pointer: '/action',
  },
  {
    name: 'a status that lets through',
    text: '{"id":"a","field":"URI","pattern":"x","action":{"block":{"status":▸200}}}',
    code: `${E}VALUE`,
    pointer: '/action/block/status',
  },
  {
    name: 'a rate limit by an unknown key',
    text: '{"id":"a","field":"URI","pattern":"x","action":{"ratelimit":{"key":▸"client.ipp"}}}',
    code: `${E}TARGET_UNKNOWN`,
    pointer: '/action/ratelimit/key',
    hint: 'Did you mean "client.ip"?',
  },
  {
    name: 'a rate limit by many values',
    text: '{"id":"a","field":"URI","pattern":"x","action":{"ratelimit":{"key":▸"headers.*"}}}',
    code: `${E}VALUE`,
    pointer: '/action/ratelimit/key',
  },
  {
    name: 'a score action without a score',
    text: `{"id":"a","when":{${LEAF}},"action":▸"score"}`,
    code: `${E}SCORE`,
    pointer: '/action',
  },
  {
    name: 'a score category in capitals',
    text: `{"id":"a","when":{${LEAF}},"action":"score","score":{▸"SQLI":5}}`,
    code: `${E}KEY_UNKNOWN`,
    pointer: '/score/SQLI',
  },
  // Names
  {
    name: 'an unknown field',
    text: '{"id":"a","field":▸"URL","pattern":"x","action":"log"}',
    code: `${E}FIELD_UNKNOWN`,
    pointer: '/field',
    hint: 'Did you mean "URI"?',
  },
  {
    name: 'a header without a name',
    text: '{"id":"a","field":▸"Header:","pattern":"x","action":"log"}',
    code: `${E}FIELD_UNKNOWN`,
    pointer: '/field',
  },
  {
    name: 'an unknown field in requires',
    text: `{${SHORT},"requires":{▸"Methd":"^POST$"}}`,
    code: `${E}FIELD_UNKNOWN`,
    pointer: '/requires/Methd',
    hint: 'Did you mean "Method"?',
  },
  {
    name: 'an unknown target',
    text: long('{"target":▸"querry.*","op":"contains","value":"x"}'),
    code: `${E}TARGET_UNKNOWN`,
    pointer: '/when/target',
    hint: 'Did you mean "query.*"?',
  },
  {
    name: 'an unknown target in a list',
    text: long('{"target":["uri",▸"body"],"op":"contains","value":"x"}'),
    code: `${E}TARGET_UNKNOWN`,
    pointer: '/when/target/1',
  },
  {
    name: 'a target with an empty selector',
    text: long('{"target":▸"query[]","op":"contains","value":"x"}'),
    code: `${E}TARGET_UNKNOWN`,
    pointer: '/when/target',
  },
  {
    name: 'an unknown exception',
    text: long('{"target":"query.*","except":▸"qury[a]","op":"contains","value":"x"}'),
    code: `${E}TARGET_UNKNOWN`,
    pointer: '/when/except',
  },
  {
    name: 'an unknown operator',
    text: long('{"target":"uri","op":▸"contain","value":"x"}'),
    code: `${E}OPERATOR_UNKNOWN`,
    pointer: '/when/op',
    hint: 'Did you mean "contains"?',
  },
  {
    name: 'an unknown transform',
    text: long(`{${LEAF},"transforms":["lowercase",▸"urldecod"]}`),
    code: `${E}TRANSFORM_UNKNOWN`,
    pointer: '/when/transforms/1',
    hint: 'Did you mean "url_decode"?',
  },
  // Operands
  {
    name: 'no target',
    text: long('▸{"op":"contains","value":"x"}'),
    code: `${E}KEY_MISSING`,
    pointer: '/when',
  },
  {
    name: 'no operand',
    text: long('▸{"target":"uri","op":"contains"}'),
    code: `${E}OPERAND`,
    pointer: '/when',
  },
  {
    name: 'a number where text is due',
    text: long('{"target":"uri","op":"contains","value":▸5}'),
    code: `${E}OPERAND`,
    pointer: '/when/value',
  },
  {
    name: 'text where a list is due',
    text: long('{"target":"uri","op":"in","value":▸"x"}'),
    code: `${E}OPERAND`,
    pointer: '/when/value',
  },
  {
    name: 'an empty list',
    text: long('{"target":"uri","op":"phrases","value":▸[]}'),
    code: `${E}OPERAND`,
    pointer: '/when/value',
  },
  {
    name: 'a network that is none',
    text: long('{"target":"client.ip","op":"ip_in","value":▸["10.0.0.0/33"]}'),
    code: `${E}OPERAND`,
    pointer: '/when/value',
  },
  {
    name: 'a length bound that does not exist',
    text: long('{"target":"uri","op":"length","value":▸{"max":20}}'),
    code: `${E}OPERAND`,
    pointer: '/when/value',
  },
  {
    name: 'an interval of one number',
    text: long('{"target":"query[n]","op":"between","value":▸[1]}'),
    code: `${E}OPERAND`,
    pointer: '/when/value',
  },
  {
    name: 'an interval upside down',
    text: long('{"target":"query[n]","op":"between","value":▸[9,1]}'),
    code: `${E}MATCHES_NOTHING`,
    pointer: '/when/value',
  },
  {
    name: 'a byte that is none',
    text: long('{"target":"uri","op":"byte_range","value":▸"32-256"}'),
    code: `${E}OPERAND`,
    pointer: '/when/value',
  },
  {
    name: 'a value for exists',
    text: long('{"target":"query[a]","op":"exists","value":▸true}', '"action":"log"'),
    code: `${E}TYPE`,
    pointer: '/when/value',
  },
  {
    name: 'the case of a number',
    text: long('{"target":"query[n]","op":"lt","value":5,"ignore_case":▸true}'),
    code: `${E}OPERAND`,
    pointer: '/when/ignore_case',
  },
  {
    name: 'a count that counts nothing',
    text: long(`{${LEAF},"quantifier":{"count":▸"three"}}`),
    code: `${E}VALUE`,
    pointer: '/when/quantifier/count',
  },
  // Trees
  {
    name: 'an empty all',
    text: long('{"all":▸[]}'),
    code: `${E}VALUE`,
    pointer: '/when/all',
  },
  {
    name: 'an empty any',
    text: long('{"any":▸[]}'),
    code: `${E}VALUE`,
    pointer: '/when/any',
  },
  {
    name: 'conditions that are too deep',
    text: long(`${'{"not":'.repeat(8)}▸{${LEAF}}${'}'.repeat(8)}`),
    code: `${E}CONDITION_TOO_DEEP`,
    pointer: `/when${'/not'.repeat(8)}`,
  },
  {
    name: 'too many conditions',
    text: long(`▸{"all":[${Array(64).fill(`{${LEAF}}`).join(',')}]}`),
    code: `${E}CONDITION_TOO_LARGE`,
    pointer: '/when',
  },
  {
    name: 'matched values of nothing',
    text: long(`{"all":[{"on":▸"matched","op":"contains","value":"x"},{${LEAF}}]}`),
    code: `${E}MATCHED_WITHOUT_SIBLING`,
    pointer: '/when/all/0/on',
  },
  // Catch-alls
  ...['', '^', '$', '*', '**', '^$'].map((pattern) => ({
    name: `the pattern ${JSON.stringify(pattern)}`,
    text: `{"id":"a","field":"URI","pattern":▸"${pattern}","action":"log"}`,
    code: `${E}MATCHES_EVERYTHING`,
    pointer: '/pattern',
  })),
  {
    name: 'an empty pattern in requires',
    text: `{${SHORT},"requires":{"Method":▸"*"}}`,
    code: `${E}MATCHES_EVERYTHING`,
    pointer: '/requires/Method',
  },
  ...['contains', 'starts_with', 'ends_with', 'equals', 'regex'].map((op) => ({
    name: `${op} nothing`,
    text: long(`{"target":"query.*","op":"${op}","value":▸""}`, '"action":"log"'),
    code: `${E}MATCHES_EVERYTHING`,
    pointer: '/when/value',
  })),
  {
    name: 'a phrase without a character',
    text: long('{"target":"uri","op":"phrases","value":▸["x",""]}'),
    code: `${E}MATCHES_EVERYTHING`,
    pointer: '/when/value',
  },
  {
    name: 'an empty pattern among others',
    text: long(`{"any":[{${LEAF}},{"target":"uri","op":"glob","value":▸"*"}]}`),
    code: `${E}MATCHES_EVERYTHING`,
    pointer: '/when/any/1/value',
  },
  ...[
    '{"target":"uri","op":"exists"}',
    '{"target":"uri","op":"length","value":{"gte":0}}',
    '{"target":"client.ip","op":"ip_in","value":["0.0.0.0/0"]}',
    '{"target":"client.ip","op":"ip_in","value":"::/0"}',
    `{"any":[{${LEAF}},{"target":"method","op":"exists"}]}`,
    '{"all":[{"target":"method","op":"exists"},{"target":"uri","op":"exists"}]}',
  ].map((when) => ({
    name: `blocking ${when}`,
    text: long(`▸${when}`),
    code: `${E}MATCHES_EVERYTHING`,
    pointer: '/when',
  })),
  // Lifetime and examples
  {
    name: 'an expired rule',
    text: `{${SHORT},"expires_at":▸"2029-12-31T23:59:59Z"}`,
    code: `${E}EXPIRED`,
    pointer: '/expires_at',
  },
  {
    name: 'two lifetimes',
    text: `{${SHORT},"ttl_seconds":▸5,"expires_at":"2031-01-01T00:00:00Z"}`,
    code: `${E}LIFETIME`,
    pointer: '/ttl_seconds',
  },
  {
    name: 'a text example for two targets',
    text: long(
      `{"all":[{${LEAF}},{"target":"method","op":"equals","value":"GET"}]}`,
      '"action":"block","examples":{"match":[▸"/x"]}',
    ),
    code: `${E}EXAMPLE_AMBIGUOUS`,
    pointer: '/examples/match/0',
  },
  {
    name: 'a text example that no request can carry',
    text: long(
      '{"target":"tls.sni","op":"contains","value":"x"}',
      '"action":"block","examples":{"no_match":[▸"y"]}',
    ),
    code: `${E}EXAMPLE_AMBIGUOUS`,
    pointer: '/examples/no_match/0',
  },
  {
    name: 'an example with an unknown key',
    text: `{${SHORT},"examples":{"match":[{"uri":"/x",▸"bdy":""}]}}`,
    code: `${E}KEY_UNKNOWN`,
    pointer: '/examples/match/0/bdy',
    hint: 'Did you mean "body"?',
  },
];

test('refusals - the table has 101 cases', () => {
  expect(CASES).toHaveLength(101);
  expect(new Set(CASES.map(({ name }) => name)).size).toBe(101);
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
