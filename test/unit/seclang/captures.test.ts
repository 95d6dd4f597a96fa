import fc from 'fast-check';
import { expect, test } from 'vitest';
import { captureShape, runIsOneOf, wordsWithin } from '../../../src/seclang/captures.ts';

test('captures - what a group holds', () => {
  const cases: readonly [string, number, object][] = [
    ['^.*$', 0, { kind: 'whole' }],
    ['^(.*)$', 1, { kind: 'whole' }],
    ['^(.*)$', 2, { kind: 'other' }],
    ['^[^;]+', 0, { kind: 'run', before: '^', set: '[^;]', atEnd: false }],
    ['a=([^;\\]]+)', 1, { kind: 'run', before: 'a=', set: '[^;\\]]', atEnd: false }],
    ['\\.([^.]+)$', 1, { kind: 'run', before: '\\.', set: '[^.]', atEnd: true }],
    ['\\((?:a|b)=([0-9]+)', 1, { kind: 'run', before: '\\((?:a|b)=' }],
    ['(a)=([0-9]+)', 1, { kind: 'other' }],
    ['a=([0-9]+)b', 1, { kind: 'other' }],
    ['[0-9]+b', 0, { kind: 'other' }],
  ];
  expect(cases).toHaveLength(10);
  for (const [regex, index, shape] of cases) {
    expect(captureShape(regex, index), regex).toMatchObject(shape);
  }
});

test('captures - the words that a text within a list can hold', () => {
  expect(wordsWithin('|a/b| |c|', '|', '|')).toEqual(['a/b', 'c']);
  expect(wordsWithin('.ani/ .asa/', '.', '/')).toEqual(['ani', 'asa']);
  expect(wordsWithin('none', '|', '|')).toEqual([]);
});

test('captures - a run is one of some words exactly when the capture is', () => {
  const list = '.ab/ .b/ .a-a/';
  const words = wordsWithin(list, '.', '/');
  const seed = Date.now() % 2 ** 31;
  const cases: readonly [string, number][] = [
    ['^[^;]+', 0],
    ['\\.([^.]+)$', 1],
    ['^x?([^;]+)', 1],
  ];
  for (const [regex, index] of cases) {
    const shape = captureShape(regex, index);
    if (shape.kind !== 'run') throw new Error(regex);
    const rewritten = runIsOneOf(shape, words, false);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', 'x', ';', '.', '-'), maxLength: 8 }),
        (text) => {
          const capture = new RegExp(regex).exec(text)?.[index];
          const held = capture !== undefined && words.includes(capture);
          expect(new RegExp(rewritten).test(text), `${regex} on ${text}`).toBe(held);
        },
      ),
      { seed, numRuns: 3000 },
    );
  }
});
