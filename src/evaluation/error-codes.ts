/** Every code this room raises; docs/errors.md is checked against it. */
export const EVALUATION_ERRORS = {
  WAF_ERR_EVALUATION_RECORDING:
    'A recording of requests cannot be read; check the path, its permissions and its compression.',
  WAF_ERR_EVALUATION_FORMAT:
    'A file is no recording of a known format; say which it is: jsonl, har or access-log.',
  WAF_ERR_EVALUATION_REQUEST:
    'A text is no HTTP request; it begins with a request line such as "GET / HTTP/1.1".',
  WAF_ERR_EVALUATION_ARTIFACT:
    'Only artifacts of this system can be replayed; build one from a waf-config with secbeat build.',
} as const;

export type EvaluationErrorCode = keyof typeof EVALUATION_ERRORS;
