import fc from 'fast-check';

const word = fc.string({
  unit: fc.constantFrom('a', 'B', '/', '.', 'é', '"', '%'),
  minLength: 1,
  maxLength: 6,
});
/** A bare slash is in every path, and refused for that. */
const pattern = word.filter((text) => text !== '/');
const id = fc.stringMatching(/^[a-z][a-z0-9._:-]{0,8}$/);
const target = fc.constantFrom(
  'uri',
  'query.*',
  'query[id]',
  'headers[x-a]',
  'body.form.*',
  'path',
);

const leaf = fc
  .record(
    {
      target: fc.uniqueArray(target, { minLength: 1, maxLength: 3 }),
      transforms: fc.array(fc.constantFrom('lowercase', 'url_decode', 'trim'), { maxLength: 2 }),
      op: fc.constantFrom('equals', 'contains', 'starts_with', 'ends_with'),
      value: pattern,
      ignore_case: fc.boolean(),
    },
    { requiredKeys: ['target', 'op', 'value'] },
  )
  .map((made) => ({ ...made }));

const condition = fc.letrec<{ node: object }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'condition' },
    leaf,
    fc.record({ all: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('node') }),
  ),
})).node;

/** Valid long-form rules as a user may write them. */
export const aRule = fc.record(
  {
    id,
    title: word,
    tags: fc.uniqueArray(word, { maxLength: 3 }),
    mode: fc.constantFrom('enforce', 'shadow', 'off'),
    priority: fc.integer({ min: -1000, max: 1000 }),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    score: fc.dictionary(fc.constantFrom('inbound', 'sqli'), fc.integer({ min: 1, max: 1000 }), {
      minKeys: 1,
    }),
    action: fc.constantFrom('block', 'Log', { ratelimit: { limit: 5 } }, { allow: {} }),
    when: condition,
  },
  { requiredKeys: ['id', 'action', 'when'] },
);
