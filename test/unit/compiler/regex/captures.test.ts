import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CaptureProgram,
  compileCaptures,
} from '../../../../src/compiler/regex/compile-captures.ts';
import type { Assertion } from '../../../../src/compiler/regex/syntax-tree.ts';

interface Thread {
  readonly at: number;
  readonly slots: readonly number[];
}

/** Runs a program over a text, all threads in step; the texts of the groups, null for no match. */
function capture(program: CaptureProgram, text: string): readonly (string | undefined)[] | null {
  let threads: Thread[] = [];
  let found: readonly number[] | null = null;
  for (let offset = 0; offset <= text.length; offset++) {
    const seen = new Set<number>();
    const ready: Thread[] = [];
    for (const { at, slots } of threads) follow(at, slots, offset, seen, ready);
    if (found === null) follow(0, [], offset, seen, ready);
    threads = [];
    for (const { at, slots } of ready) {
      const instruction = program.instructions[at]!;
      if (instruction.op === 'match') {
        found = slots;
        break;
      }
      const byte = text.charCodeAt(offset);
      const isMember =
        instruction.op === 'bytes' && (instruction.set[byte >> 3]! >> (byte & 7)) & 1;
      if (isMember) threads.push({ at: at + 1, slots });
    }
  }
  if (found === null) return null;
  const slots = found;
  return Array.from({ length: program.captureCount + 1 }, (_, group) =>
    slots[2 * group + 1] === undefined
      ? undefined
      : text.slice(slots[2 * group], slots[2 * group + 1]),
  );

  function follow(
    at: number,
    slots: readonly number[],
    offset: number,
    seen: Set<number>,
    ready: Thread[],
  ): void {
    if (seen.has(at)) return;
    seen.add(at);
    const instruction = program.instructions[at]!;
    if (instruction.op === 'jump') follow(instruction.to, slots, offset, seen, ready);
    else if (instruction.op === 'split') {
      follow(instruction.first, slots, offset, seen, ready);
      follow(instruction.second, slots, offset, seen, ready);
    } else if (instruction.op === 'save') {
      const saved = [...slots];
      saved[instruction.slot] = offset;
      follow(at + 1, saved, offset, seen, ready);
    } else if (instruction.op === 'assert') {
      if (holds(instruction.assertion, text, offset)) follow(at + 1, slots, offset, seen, ready);
    } else ready.push({ at, slots });
  }
}

function holds(assertion: Assertion, text: string, offset: number): boolean {
  if (assertion === 'text-start') return offset === 0;
  if (assertion === 'text-end') return offset === text.length;
  const isWord = (at: number) => /^\w$/.test(text.charAt(at));
  return (isWord(offset - 1) !== isWord(offset)) === (assertion === 'word');
}

function groupsOf(source: string, text: string): readonly (string | undefined)[] | null {
  return capture(compileCaptures(source, { ignoreCase: false })!, text);
}

/** Quantifiers stand on what is not empty and holds no group: there the peer starts groups anew. */
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'a',
      'b',
      '.',
      'ab',
      '[^a]',
      '^',
      '$',
      '\\b',
      'a*',
      'a*?',
      'b+',
      '.{1,2}',
      '.*?',
    ),
    fc.constantFrom('(?:ab|a)+', '(?:a|ab)*?', '(?:b|ba){1,2}?', 'a?', 'b??'),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => a + b),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(?:${a}|${b})`),
    tie('expression').map((a) => `(${a})`),
  ),
}));

describe('regex captures', () => {
  test('groups are those of a backtracking engine', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', '-'), { maxLength: 7 });
    fc.assert(
      fc.property(expression, texts, (source, letters) => {
        const text = letters.join('');
        const expected = new RegExp(source, 's').exec(text);
        const found = groupsOf(source, text);
        expect(found).toEqual(expected === null ? null : [...expected]);
      }),
      { numRuns: 3000, verbose: true },
    );
  });

  test('what is refused has no program', () => {
    expect(compileCaptures('(a)\\1', { ignoreCase: false })).toBe(null);
    expect(compileCaptures('a{30000}', { ignoreCase: false })).toBe(null);
  });
});
