import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileProgram } from '../../../src/compiler/compile-program.ts';
import {
  HEADER_SIZE,
  REGEX_BEGINS_RARE_AT,
  REGEX_SIZE,
  SECTION_COUNT_AT,
  SECTION_REGEXES,
  SECTION_SIZE,
} from '../../../src/config/layout.gen.ts';
import { configOf, instanceOf, ruleOf } from '../../reference/engine.ts';

/** Expressions without a literal to run around, whose matches begin with a byte that is rare in text. */
const RARE = ['["\'`]\\s*[=|&]+\\s*["\'`]', '<[^>]*[!?]', '[\\r\\n]\\s*[:;]', '(?:^|;)\\s*[{]$'];
/** One whose matches begin with a letter, and so is run over everything. */
const ORDINARY = '[a-z]\\s*=\\s*[{}]';

const rules = [...RARE, ORDINARY].map((value, i) =>
  ruleOf(`r${i}`, { target: ['body.raw'], op: 'regex', value }),
);
const instance = instanceOf(configOf(rules));
const expressions = [...RARE, ORDINARY].map((source) => new RegExp(source, 's'));

function matchesOf(body: string): readonly string[] {
  const line = { method: 'POST', uri: '/', version: 'HTTP/1.1', sourceIp: '127.0.0.1' };
  const headers = ['content-type', 'text/plain'];
  instance.inspect({ ...line, headers, body: Buffer.from(body, 'latin1'), now: 0 });
  return instance.explain().matches.map(({ rule }) => rule);
}

const expected = (body: string) =>
  expressions.flatMap((expression, i) => (expression.test(body) ? [`r${i}`] : []));

test('rare beginnings - are told from ordinary ones by the compiler', () => {
  const compiled = compileProgram(configOf(rules));
  if (!compiled.ok) throw new Error('refused');
  const view = new DataView(compiled.program.buffer, compiled.program.byteOffset);
  const entry = HEADER_SIZE + SECTION_REGEXES * SECTION_SIZE;
  const first = view.getUint32(entry, true);
  expect(view.getUint32(entry + SECTION_COUNT_AT, true)).toBe(rules.length);
  const flags = rules.map((_, i) => view.getUint8(first + i * REGEX_SIZE + REGEX_BEGINS_RARE_AT));
  expect(flags.reduce((sum, flag) => sum + flag, 0)).toBe(RARE.length);
});

test('rare beginnings - a match is found wherever it begins in a long value', () => {
  let found = 0;
  for (const attack of [`"='`, '<a?', '\n :', ';{', 'a={']) {
    for (const length of [97, 127, 128, 129, 191, 192, 193, 5000]) {
      for (const at of [0, 1, 62, 63, 64, 65, 95, length]) {
        const text = 'word and word, '.repeat(length).slice(0, length);
        const body = text.slice(0, at) + attack + text.slice(at);
        expect([attack, length, at, matchesOf(body)]).toEqual([attack, length, at, expected(body)]);
        found += expected(body).length;
      }
    }
  }
  expect(found).toBeGreaterThan(250);
});

test('rare beginnings - random long values are judged as by the expressions themselves', () => {
  const piece = fc.oneof(
    fc.constantFrom('plain words ', 'x', 'y, ', '\xe4\xf6'),
    fc.constantFrom('"', "'", '=', '<', '>', '!', '\n', ' ', ':', ';', '{', '}', '|'),
  );
  let matched = 0;
  fc.assert(
    fc.property(fc.array(piece, { minLength: 20, maxLength: 300, size: 'max' }), (pieces) => {
      const body = pieces.join('').padEnd(97, '.');
      matched += expected(body).length;
      expect(matchesOf(body)).toEqual(expected(body));
    }),
    { numRuns: 400 },
  );
  expect(matched).toBeGreaterThan(100);
});
