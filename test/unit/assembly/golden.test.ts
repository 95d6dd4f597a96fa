import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LOAD_BAD_FORMAT, PROGRAM_FORMAT } from '../../../src/config/layout.gen.ts';
import { packagePath } from '../../../src/config/package-root.ts';
import { GOLDEN_CASES } from '../../golden/cases.ts';
import { judgeAll } from '../../golden/judge.ts';
import { DEBUG, programOf, RawEngine, RELEASE } from '../../reference/engine.ts';

const NAMES = Object.keys(GOLDEN_CASES);

function golden(name: string): { program: Uint8Array; cases: readonly GoldenRequest[] } {
  const file = packagePath('test', 'golden', `format-${PROGRAM_FORMAT}`, name);
  return {
    program: new Uint8Array(readFileSync(`${file}.bin`)),
    cases: readFileSync(`${file}.ndjson`, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  };
}

interface GoldenRequest {
  readonly request: unknown;
  readonly verdict: unknown;
}

describe.each(NAMES)('golden program %s', (name) => {
  const { program, cases } = golden(name);
  const requests = cases.map(({ request }) => request);
  const verdicts = cases.map(({ verdict }) => verdict);

  test.each([
    ['release', RELEASE],
    ['debug', DEBUG],
  ])('the %s engine judges it as the first engine of its format did', (_, module) => {
    expect(judgeAll(module, program, requests)).toEqual(verdicts);
  });

  test('the compiler of today means the same by its rules', () => {
    const { config, requests: present } = GOLDEN_CASES[name]!;
    expect(requests).toEqual(present);
    expect(judgeAll(RELEASE, programOf(config).program, present)).toEqual(verdicts);
  });

  test.each([PROGRAM_FORMAT - 1, PROGRAM_FORMAT + 1])('as format %i it is refused', (format) => {
    const other = program.slice();
    new DataView(other.buffer).setUint16(4, format, true);
    expect(new RawEngine(RELEASE, other).loadProgram()).toBe(LOAD_BAD_FORMAT);
  });
});

test('golden programs - there are four, and each makes different verdicts', () => {
  expect(NAMES).toHaveLength(4);
  for (const name of NAMES) {
    const verdicts = golden(name).cases.map(({ verdict }) => JSON.stringify(verdict));
    expect(new Set(verdicts).size).toBeGreaterThanOrEqual(4);
  }
});
