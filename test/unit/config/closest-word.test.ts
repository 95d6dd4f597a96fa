import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closestWord } from '../../../src/config/closest-word.ts';

const WORDS = ['port', 'upstream', 'heartbeat_interval_ms', 'id'];

const CASES: readonly [word: string, meant: string | undefined][] = [
  ['prot', 'port'],
  ['Port', 'port'],
  ['ports', 'port'],
  ['upstraem', 'upstream'],
  ['heartbeat_intervall', 'heartbeat_interval_ms'],
  ['ids', 'id'],
  ['zzz', undefined],
  ['', undefined],
];

test('closest word - the table has its size', () => expect(CASES).toHaveLength(8));

test.each(CASES)('closest word - %s means %s', (word, meant) => {
  expect(closestWord(word, WORDS)).toBe(meant);
});

test('closest word - a word with one letter dropped is found', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('upstream', 'replicas', 'required'),
      fc.nat({ max: 7 }),
      (word, at) => {
        expect(closestWord(word.slice(0, at) + word.slice(at + 1), [word])).toBe(word);
      },
    ),
  );
});
