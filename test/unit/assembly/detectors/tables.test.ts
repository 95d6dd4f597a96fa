import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
// @ts-expect-error The generator is plain JavaScript.
import { shapesAutomaton } from '../../../../schemas/detectors/automaton.mjs';
import { byteSet } from '../../../../src/compiler/byte-set.ts';
import { SQLI_NEEDS } from '../../../../src/compiler/detector-needs.ts';
import { packagePath } from '../../../../src/config/package-root.ts';
import { SHAPES } from '../../../reference/detectors/sql.ts';

const FOUND = 1;
const START = 2;

const source = JSON.parse(
  readFileSync(packagePath('schemas', 'detectors', 'sql-shapes.json'), 'utf8'),
);

test('detector tables - the generated files are current', () => {
  const script = packagePath('schemas', 'generate-detectors.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});

test('detector tables - the gate asks for the marks of the shapes', () => {
  expect(SQLI_NEEDS[0]).toEqual(byteSet(Buffer.from(source.marks)));
});

test('detector tables - the automaton finds what the shapes say, as expressions', () => {
  const names = Object.keys(source.letters);
  const letters = names.slice(0, names.indexOf('$')).join('');
  const alphabet = `${letters}$`;
  const rows: number[][] = shapesAutomaton(
    Object.values(source.shapes).flat(),
    source.patterns,
    alphabet,
  );
  const found = (stream: string) =>
    [...stream].reduce((state, letter) => rows[state]![alphabet.indexOf(letter)]!, START) === FOUND;
  const streams = fc.array(fc.constantFrom(...letters), { maxLength: 8 });
  const property = fc.property(streams, fc.boolean(), (parts, isWhole) => {
    const stream = parts.join('') + (isWhole ? '$' : '');
    expect(found(stream)).toBe(SHAPES.some(({ test }) => test.test(stream)));
  });
  fc.assert(property, { numRuns: 50_000 });
});
