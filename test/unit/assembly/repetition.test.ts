import { expect, test } from 'vitest';
import { configOf, instanceOf, ruleOf } from '../../reference/engine.ts';

const ENDINGS = ['a', 'b', 'c', 'd', 'e', 'f'];
const FILLERS = ['select', 'select ', 'selectx', 'selec', 'sselect\n'];

/** Six expressions that need the same literal, so that it has many references. */
const instance = instanceOf(
  configOf(
    ENDINGS.map((letter) =>
      ruleOf(letter, {
        target: ['body.raw'],
        op: 'regex',
        value: `(?:^|[^s])select *${letter}[0-9]`,
      }),
    ),
  ),
);

function matchesOf(body: string): readonly string[] {
  const headers = ['content-type', 'text/plain'];
  const line = { method: 'POST', uri: '/', version: 'HTTP/1.1', sourceIp: '127.0.0.1' };
  instance.inspect({ ...line, headers, body: Buffer.from(body), now: 0 });
  return instance.explain().matches.map(({ rule }) => rule);
}

test('a literal that comes hundreds of times - hides no match before, among or behind it', () => {
  let found = 0;
  for (const filler of FILLERS) {
    for (const times of [1, 62, 63, 64, 65, 66, 300, 2000]) {
      for (const at of [0, Math.floor(times / 2), times]) {
        for (const letter of ENDINGS.slice(0, 3)) {
          const body = `${filler.repeat(at)} select${letter}7 ${filler.repeat(times - at)}`;
          expect([filler, times, at, matchesOf(body)]).toEqual([filler, times, at, [letter]]);
          expect(matchesOf(body.replace('7', 'x'))).toEqual([]);
          found += 1;
        }
      }
    }
  }
  expect(found).toBe(360);
});
