import { expect, test } from 'vitest';
import { keyLines, lineOf } from '../../../src/config/toml-key-lines.ts';

const TEXT = `a = 1
[b]
  c.d = 2 # comment
"e f" = 3
[[g.h]]
i = 4
[[g.h]]
i = [
  5,
]
`;

test('toml lines - every key has the line it stands on', () => {
  expect(Object.fromEntries(keyLines(TEXT))).toEqual({
    a: 1,
    b: 2,
    'b.c.d': 3,
    'b.e f': 4,
    'g.h.0': 5,
    'g.h.0.i': 6,
    'g.h.1': 7,
    'g.h.1.i': 8,
  });
});

test('toml lines - a key without a line of its own has that of the table around it', () => {
  const lines = keyLines(TEXT);
  expect(lineOf(lines, 'g.h.1.i.0')).toBe(8);
  expect(lineOf(lines, 'b.missing')).toBe(2);
  expect(lineOf(lines, 'missing')).toBeUndefined();
});
