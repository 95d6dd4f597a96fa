import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Leaf } from '../../../../src/rules/model.ts';
import { configOf, instanceOf, requestOf, ruleOf } from '../../../reference/engine.ts';
import { judge } from '../../../reference/judge.ts';
import { HTML, SQL } from './cases.ts';
import { htmlTexts, sqlTexts } from './fragments.ts';

const LEAVES: readonly Leaf[] = [
  { target: ['query.*'], op: 'is_sqli' },
  { target: ['query.*'], op: 'is_xss' },
  { target: ['query.*'], op: 'is_sqli', transforms: ['url_decode', 'lowercase'] },
  { target: ['query.*'], op: 'is_xss', transforms: ['html_entity_decode'] },
  { target: ['query.*'], op: 'is_sqli', negate: true },
  { target: ['query.*'], op: 'is_xss', quantifier: 'none' },
];
const CONFIG = configOf(LEAVES.map((leaf, i) => ruleOf(`rule-${i}`, leaf)));

const cases = [SQL, HTML].flatMap(({ attacks, harmless }) => [...attacks, ...harmless]);
const values = fc.oneof(
  fc.constantFrom(...cases.map((text) => Buffer.from(text, 'utf8').toString('latin1'))),
  sqlTexts,
  htmlTexts,
);

/** Every byte percent-encoded. */
function encoded(value: string): string {
  return value.replace(
    /[\s\S]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

test('detectors - rules that use them get the verdict of the reference engine', () => {
  const instance = instanceOf(CONFIG);
  const matched = new Set<string>();
  const property = fc.property(fc.array(values, { maxLength: 3 }), (texts) => {
    const uri = `/?${texts.map((text, i) => `p${i}=${encoded(text)}`).join('&')}`;
    const request = requestOf({ uri });
    const expected = judge(CONFIG, request).matches;
    instance.inspect(request);
    expect(instance.explain().matches.map(({ rule }) => rule)).toEqual(expected);
    for (const rule of expected) matched.add(rule);
  });
  fc.assert(property, { numRuns: 2_000 });
  expect(matched.size).toBe(LEAVES.length);
});
