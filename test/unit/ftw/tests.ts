import type { FtwExpectation, FtwTest } from '../../../src/ftw/ftw-test.ts';
import type { Observed } from '../../../src/ftw/judge-test.ts';
import { readFtwTests } from '../../../src/ftw/read-ftw-tests.ts';

/** A test as the file has it; what is not given has its default. */
export function ftwTest(written: object = {}): FtwTest {
  const line = JSON.stringify({ test_id: '1-1', ...written });
  return readFtwTests(Buffer.from(line))[0]!;
}

export const NOTHING_EXPECTED: FtwExpectation = {
  expectIds: [],
  noExpectIds: [],
  matchRegex: null,
  noMatchRegex: null,
  status: null,
  expectError: false,
};

export function observed(changed: Partial<Observed> = {}): Observed {
  return { status: 200, refusal: null, ids: new Set(), logLines: [], ...changed };
}
