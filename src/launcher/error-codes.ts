/** Every code this room raises: one sentence of meaning and cure each. */
export const LAUNCHER_ERRORS = {
  WAF_ERR_LAUNCHER_TOOL_MISSING:
    'A program that the local fleet or the tests need is not installed; the message says how to install it.',
  WAF_ERR_LAUNCHER_PLATFORM:
    'The local fleet runs on Linux and macOS only; on Windows use WSL 2 or containers.',
  WAF_ERR_LAUNCHER_PORT_IN_USE:
    'Another program listens on a port of the local fleet; stop it, or choose other ports with --base-port.',
  WAF_ERR_LAUNCHER_ALREADY_RUNS:
    'Another local fleet runs in this folder; stop it, or start this one in another folder.',
  WAF_ERR_LAUNCHER_BASE_PORT:
    'The base port is not a whole number from 1024 to 64000, so that the ports above it fit.',
  WAF_ERR_LAUNCHER_START_FAILED:
    'A child process ended before it was ready; the message holds its last lines of output.',
  WAF_ERR_LAUNCHER_START_TIMEOUT:
    'A child process was not ready in time; the message holds its last lines of output.',
  WAF_ERR_LAUNCHER_CRASH_LOOP:
    'A child process crashed again and again and was given up; everything else was stopped too.',
} as const;

export type LauncherErrorCode = keyof typeof LAUNCHER_ERRORS;
