/** Every code of this room; docs/errors.md is checked against it. */
export const FTW_ERRORS = {
  WAF_ERR_FTW_TEST:
    'A line of the test file is no test. Use a flattened suite: one JSON object a line with test_id, request and expect_ids.',
} as const;

export type FtwErrorCode = keyof typeof FTW_ERRORS;
