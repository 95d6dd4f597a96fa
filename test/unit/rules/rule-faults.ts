/** `▸` marks where the fault must be reported; it is not part of the text. */
export interface RefusalCase {
  readonly name: string;
  readonly text: string;
  readonly code: string;
  readonly pointer: string;
  readonly hint?: string;
}

export const SHORT = '"id":"a","field":"URI","pattern":"/x","action":"block"';
export const LEAF = '"target":"uri","op":"contains","value":"x"';
export const long = (when: string, rest = '"action":"block"') =>
  `{"id":"a","when":${when},${rest}}`;
export const E = 'WAF_ERR_RULE_';

export const RULE_FAULTS: readonly RefusalCase[] = [
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
];
