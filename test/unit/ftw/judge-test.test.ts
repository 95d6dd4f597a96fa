import { expect, test } from 'vitest';
import { judgeTest, type Observed } from '../../../src/ftw/judge-test.ts';
import { ftwTest, observed } from './tests.ts';

const REFUSED = { status: 400, refusal: '400 malformed_request' };

/** A test, what happened, and the reason why it fails. */
const FAULTS: readonly [object, Partial<Observed>, string | null][] = [
  [{}, {}, null],
  [{ expect_ids: [1, 2] }, { ids: new Set([1, 2, 3]) }, null],
  [{ expect_ids: [1, 2] }, { ids: new Set([2]) }, 'did not match: 1'],
  [{ expect_ids: [1] }, REFUSED, 'did not match: 1; refused by the node: 400 malformed_request'],
  [{ no_expect_ids: [1, 2] }, { ids: new Set([2]) }, 'matched: 2'],
  [{ status: 400 }, REFUSED, null],
  [{ status: 400 }, {}, 'status 400 was expected, got 200'],
  [{ status: 200 }, { status: null }, 'status 200 was expected, got no answer'],
  [{ expect_error: true }, { status: null }, null],
  [{ expect_error: true }, REFUSED, null],
  [{ expect_error: true }, {}, 'an error was expected, got 200'],
  [{ match_regex: 'a.c' }, { logLines: ['x', 'abc'] }, null],
  [{ match_regex: 'a.c' }, { logLines: ['a', 'c'] }, 'no log line matches a.c'],
  [{ no_match_regex: 'a.c' }, { logLines: ['abc'] }, 'a log line matches a.c'],
];

test(`judgement - ${FAULTS.length} outcomes`, () => {
  expect(FAULTS).toHaveLength(14);
  for (const [written, happened, fault] of FAULTS) {
    const { pass, reason } = judgeTest(ftwTest(written), observed(happened));
    expect([pass, reason], JSON.stringify(written)).toEqual([fault === null, fault ?? '']);
  }
});

const refuses = { nginx: { output: { status: 400 } } };

test('overrides - they count when the node refused the request, as another server does', () => {
  const written = { expect_ids: [1], overrides: refuses };
  expect(judgeTest(ftwTest(written), observed(REFUSED))).toMatchObject({
    pass: true,
    reason: expect.stringContaining('as nginx does: did not match: 1'),
  });
  const asOther = { status: 405, refusal: '405 connect_not_supported' };
  expect(judgeTest(ftwTest(written), observed(asOther)).pass).toBe(true);
  expect(judgeTest(ftwTest({ expect_ids: [1] }), observed(REFUSED)).pass).toBe(false);
});

test('overrides - they count when the test names a status', () => {
  const overrides = { coraza: { output: { log: { expect_ids: [1] } } } };
  const written = { status: 400, overrides };
  expect(judgeTest(ftwTest(written), observed({ ids: new Set([1]) })).pass).toBe(true);
  expect(judgeTest(ftwTest(written), observed()).pass).toBe(false);
});

test('overrides - they excuse no rule that does not match what was inspected', () => {
  const overrides = { nginx: { output: { log: { no_expect_ids: [1] } } } };
  expect(judgeTest(ftwTest({ expect_ids: [1], overrides }), observed()).pass).toBe(false);
});
