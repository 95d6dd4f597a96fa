import { E, LEAF, long, type RefusalCase, SHORT } from './rule-faults.ts';

/** Faults of operands, condition trees, catch-alls, lifetimes and examples. */
export const CONDITION_FAULTS: readonly RefusalCase[] = [
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
  {
    name: 'an unknown target after a SecLang variable that is two targets',
    text: long('{"target":["ARGS","uri",▸"body"],"op":"contains","value":"x"}'),
    code: `${E}TARGET_UNKNOWN`,
    pointer: '/when/target/2',
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
    '{"target":"uri","op":"starts_with","value":"/"}',
    '{"target":"path","op":"contains","value":"/"}',
    '{"target":"uri","op":"glob","value":"/*"}',
    `{"any":[{${LEAF}},{"target":"method","op":"exists"}]}`,
    '{"all":[{"target":"method","op":"exists"},{"target":"uri","op":"exists"}]}',
  ].map((when) => ({
    name: `blocking ${when}`,
    text: long(`▸${when}`),
    code: `${E}MATCHES_EVERYTHING`,
    pointer: '/when',
  })),
  // Phases
  {
    name: 'a response rule that looks at the body of the request',
    text: long(
      `{"all":[{"target":"response.status","op":"gte","value":500},{"target":["uri",▸"body.raw"],"op":"contains","value":"x"}]}`,
    ),
    code: `${E}PHASE`,
    pointer: '/when/all/1/target/1',
  },
  {
    name: 'a response rule that looks at the sizes of the request',
    text: long(
      `{"any":[{"target":"response.headers[x]","op":"exists"},{"not":{"target":▸"args.combined_size","op":"gt","value":5}}]}`,
    ),
    code: `${E}PHASE`,
    pointer: '/when/any/1/not/target',
  },
  {
    name: 'a response rule that limits a rate',
    text: long(
      '{"target":"response.status","op":"equals","value":"404"}',
      '"action":▸{"ratelimit":{"key":"client.ip"}}',
    ),
    code: `${E}PHASE`,
    pointer: '/action',
  },
  {
    name: 'a rate limit by what is answered',
    text: long(`{${LEAF}}`, '"action":{"ratelimit":{"key":▸"response.headers[etag]"}}'),
    code: `${E}PHASE`,
    pointer: '/action/ratelimit/key',
  },
  {
    name: 'an example with a status that is none',
    text: long(
      '{"target":"response.status","op":"equals","value":"404"}',
      '"action":"block","examples":{"match":[{"response":{"status":▸42}}]}',
    ),
    code: `${E}VALUE`,
    pointer: '/examples/match/0/response/status',
  },
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
