/** What the process says to the shell; documented in docs/cli.md. */
export const EXIT_CODE = {
  ok: 0,
  /** The server or a check refused it, or something failed. */
  refused: 1,
  /** Wrong arguments or settings. */
  usage: 2,
  /** The orchestrator cannot be reached. */
  unreachable: 3,
  /** Accepted, but not every node runs it (yet). */
  notConverged: 4,
} as const;

export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];
