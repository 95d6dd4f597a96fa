/** Every code this room raises: one sentence of meaning and cure each. */
export const LAUNCHER_ERRORS = {
  WAF_ERR_LAUNCHER_TOOL_MISSING:
    'A program that the local fleet or the tests need is not installed; the message says how to install it.',
  WAF_ERR_LAUNCHER_START_FAILED:
    'A child process ended before it was ready; the message holds its last lines of output.',
  WAF_ERR_LAUNCHER_START_TIMEOUT:
    'A child process was not ready in time; the message holds its last lines of output.',
} as const;

export type LauncherErrorCode = keyof typeof LAUNCHER_ERRORS;
