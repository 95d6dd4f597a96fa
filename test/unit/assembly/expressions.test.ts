import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileProgram } from '../../../src/compiler/compile-program.ts';
import { configOf, instanceOf, programOf, requestOf, ruleOf } from '../../reference/engine.ts';
import { judge } from '../../reference/judge.ts';

/** Pieces of expressions: texts to search for, and what may stand between them. */
const PIECES =
  'a b ab abba baab x1 x [ab] [^a] (?:a|bb) (?:abba|x1b) a{1,3} .{0,4} [ab]{0,5} .* a* (?:ab)+ ^ $ \\b \\B \\d (?i:X1B) /../';
const expression = fc
  .array(fc.constantFrom(...PIECES.split(' ')), { minLength: 2, maxLength: 6 })
  .map((pieces) => pieces.join(''));
const chain = fc.constantFrom([], ['lowercase'], ['uppercase'], ['trim']);
const TEXTS = ['a', 'b', 'ab', 'abba', 'baab', 'x1', 'x', 'x1b', 'X1B', '/../', ' ', '-'];
/** From nothing to some hundred bytes: short ones are remembered, long ones run over in part. */
const value = fc
  .array(fc.constantFrom(...TEXTS), { maxLength: 120 })
  .map((texts) => texts.join(''));

const LIST = { minLength: 1, maxLength: 3 };

test('expressions - hold for the same long values as in the reference engine', () => {
  let hits = 0;
  const rules = fc.array(fc.tuple(expression, chain), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(rules, fc.array(value, { minLength: 1, maxLength: 6 }), (made, values) => {
      const config = configOf(
        made.map(([source, transforms], i) =>
          ruleOf(`r${i}`, { target: ['headers.*'], op: 'regex', value: source, transforms }),
        ),
      );
      fc.pre(compileProgram(config).ok);
      const instance = instanceOf(config);
      for (const text of values) {
        const request = requestOf({ uri: '', headers: ['k', text, 'l', text.slice(3)] });
        instance.inspect(request);
        const found = instance.explain().matches.map(({ rule }) => rule);
        expect(found).toEqual(judge(config, request).matches);
        hits += found.length;
      }
    }),
    { numRuns: 250 },
  );
  expect(hits).toBeGreaterThan(200);
}, 60_000);

test('many expressions - each is found by its literal, and found alone', () => {
  const rules = Array.from({ length: 900 }, (_, i) =>
    ruleOf(`r${i}`, {
      target: ['query.*'],
      transforms: i % 3 === 0 ? ['url_decode', 'lowercase'] : ['lowercase'],
      op: 'regex',
      value: i % 9 === 0 ? `[xy]{2}${i}z` : `word${i}-[a-f]+(?:;|$)`,
    }),
  );
  const config = configOf(rules);
  const instance = instanceOf(config);
  for (let i = 0; i < 900; i += 7) {
    const uri = `/?q=xy${i}z&p=Word${i}-ab;${'word1'.repeat(i % 40)}&r=word${i}-g`;
    const request = requestOf({ uri });
    instance.inspect(request);
    expect(instance.explain().matches.map(({ rule }) => rule)).toEqual(
      judge(config, request).matches,
    );
    expect(instance.matchCount).toBe(1);
  }
}, 60_000);

test('large requests - stay within the static bound', () => {
  const pieces = ['abba', '%61', 'x1b/../', '<a b="c">', '{"a":"b"},', 'a=b&', '/*', '\\u0061'];
  const body = fc
    .tuple(fc.constantFrom(...pieces), fc.constantFrom(...pieces), fc.integer({ min: 0, max: 12 }))
    .map(([first, second, power]) => (first + second).repeat(2 ** power).slice(0, 131_072));
  const type = fc.constantFrom(
    'application/x-www-form-urlencoded',
    'application/json',
    'text/xml',
    'multipart/form-data; boundary=a',
  );
  const target = [
    'body.raw',
    'body.form.*',
    'body.form.names',
    'body.json.*',
    'body.json.names',
    'body.xml.text',
  ];
  const rules = fc.array(fc.tuple(expression, chain), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(rules, fc.array(fc.tuple(type, body), LIST), (made, bodies) => {
      const config = configOf(
        made.map(([source, transforms], i) =>
          ruleOf(`r${i}`, {
            all: [
              { target, transforms, op: 'regex', value: source },
              { target: [], on: 'matched', transforms: ['hex_encode'], op: 'contains', value: '6' },
              { target: [], on: 'matched', op: 'regex', value: '6(?:1|2)+$', negate: true },
            ],
          }),
        ),
      );
      fc.pre(compileProgram(config).ok);
      const { worstCaseSteps } = programOf(config);
      const instance = instanceOf(config);
      for (const [contentType, text] of bodies) {
        const headers = ['content-type', contentType];
        instance.inspect(requestOf({ headers, body: Buffer.from(text, 'latin1') }));
        expect(instance.explain().steps).toBeLessThanOrEqual(worstCaseSteps);
      }
    }),
    { numRuns: 60 },
  );
}, 60_000);
