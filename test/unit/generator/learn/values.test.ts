import { expect, test } from 'vitest';
import type { InspectionRequest } from '../../../../src/engine/verdict.ts';
import { seededRandom } from '../../../../src/generator/learn/seeded-random.ts';
import { mutateText } from '../../../../src/generator/mutations/mutate-request.ts';
import { SQL_MUTATIONS } from '../../../../src/generator/mutations/sql-mutations.ts';
import { splitRequest } from '../../../../src/generator/values/split-request.ts';

function request(parts: Partial<InspectionRequest> & { text?: string }): InspectionRequest {
  const { text, ...rest } = parts;
  return {
    ...{
      method: 'POST',
      uri: '/',
      version: 'HTTP/1.1',
      sourceIp: '192.0.2.1',
      headers: [],
      now: 0,
    },
    body: text === undefined ? null : Buffer.from(text, 'latin1'),
    ...rest,
  };
}

const BOUNDARY = 'multipart/form-data; boundary=xyz';
const PART = '--xyz\r\nContent-Disposition: form-data; name="c"\r\n\r\nold\r\n--xyz--\r\n';

const PLACES: readonly [target: string, name: string, InspectionRequest][] = [
  ['query.*', 'a', request({ uri: '/p?a=old&b=2' })],
  ['path', '', request({ uri: '/old?b=2' })],
  ['body.form.*', 'c', request({ headers: FORM(), text: 'c=old&d=1' })],
  ['body.form.*', 'c', request({ headers: ['Content-Type', BOUNDARY], text: PART })],
  [
    'body.json.*',
    '/x/0',
    request({ headers: ['Content-Type', 'application/json'], text: '{"x":["old"]}' }),
  ],
  ['cookies.*', 'sid', request({ headers: ['Cookie', 'k=v; sid=old'] })],
  ['headers.*', 'referer', request({ headers: ['Referer', 'old'] })],
];

function FORM(): string[] {
  return ['Content-Type', 'application/x-www-form-urlencoded'];
}

test('values - a value is found in its place, and another can be put there', () => {
  const texts = ["' or 1=1-- ", '<b>&x=%41+', 'a/b'];
  for (const [target, name, original] of PLACES) {
    const find = (from: InspectionRequest) =>
      splitRequest(from).find((each) => each.target === target && each.name === name);
    expect(find(original)!.text.replace('/', '')).toBe('old');
    for (const text of texts) {
      const put = target === 'path' ? `/${text}` : text;
      expect(find(find(original)!.replace!(put))!.text.trim()).toBe(put.trim());
    }
  }
  expect(PLACES.length).toBe(7);
});

test('mutations - each published operator changes what it is about, and nothing else', () => {
  const random = seededRandom(3);
  const cases: readonly [keyof typeof SQL_MUTATIONS, string, RegExp][] = [
    ['case-swap', 'union select', /^union select$/i],
    ['whitespace-substitution', 'a b c d e f g', /^a\sb\sc\sd\se\sf\sg$/],
    ['comment-injection', 'a b c d e f g h', /^a( |\/\*\*\/)b.*h$/],
    ['comment-rewriting', 'a/**/b', /^a\/\*[a-z]+\*\/b$/],
    ['integer-encoding', 'or 10=10', /^or (0xa|\(select 10\))=(0xa|\(select 10\))$/],
    ['operator-swap', "a or b and c='x' or d or e and f", /^a (or|\|\|) b (and|&&) c/],
    ['logical-invariant', 'x or 1=1 --', /^x or 1=1 (or|and) .+ --$/],
    ['number-shuffle', 'or 7=7', /^or (\d+)=\1$/],
  ];
  for (const [name, text, form] of cases) {
    const mutated = SQL_MUTATIONS[name]!(text, random);
    expect(mutated, String(name)).not.toBe(text);
    expect(mutated, String(name)).toMatch(form);
  }
  expect(cases.length).toBe(Object.keys(SQL_MUTATIONS).length);
});

test('mutations - depend on the seed alone', () => {
  const text = "1' or 1=1 union select 2-- ";
  const once = mutateText(text, seededRandom(9));
  expect(mutateText(text, seededRandom(9))).toBe(once);
  expect(once).not.toBe(text);
});
