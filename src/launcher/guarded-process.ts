import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A child process that cannot outlive this one. */
export interface GuardedProcess {
  /** Exit code; 128 + signal number when a signal ended it. Never rejects. */
  readonly exited: Promise<number>;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Sends a signal, e.g. `KILL`, to the child itself. */
  signal(name: 'TERM' | 'INT' | 'KILL' | 'STOP' | 'CONT'): void;
  /** SIGTERM, and SIGKILL when `graceMs` are over; resolves when the child is gone. */
  stop(): Promise<number>;
}

export interface SpawnOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Milliseconds between SIGTERM and SIGKILL; default 4000. */
  readonly graceMs?: number;
}

/*
 * The guard is a POSIX shell (a megabyte, started in milliseconds) between us and the child.
 * It reads signal names from its standard input, one a line. End of input means that we closed the
 * pipe or that we are dead, however we died: the child is then terminated. Signals sent to the guard
 * are handed on, so that ending the guard ends the child.
 */
const GUARD = `
grace=$1
shift
exec 3<&0
"$@" 3<&- &
child=$!
trap 'kill -TERM $child' TERM INT HUP
(
  trap '' TERM INT HUP
  while read -r name; do kill -"$name" $child; done
  kill -TERM $child
  tries=0
  while kill -0 $child && [ $tries -lt $grace ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -KILL $child
) <&3 >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait $child
code=$?
while kill -0 $child 2>/dev/null; do wait $child; code=$?; done
exec 2>/dev/null
kill -KILL $watcher
exit $code
`;

/** Starts a program under guard. Its standard input is empty; it leads its own session. */
export function spawnGuarded(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): GuardedProcess {
  const graceTenths = String(Math.ceil((options.graceMs ?? 4000) / 100));
  const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', graceTenths, command, ...args], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    // Its own session: Ctrl-C in the terminal reaches us alone, and we stop the fleet in order.
    detached: true,
  });
  // Writing to a guard that has just ended is no error: the child is gone, as was asked.
  guard.stdin.on('error', () => {});
  const exited = new Promise<number>((resolve) => {
    guard.once('error', () => resolve(127));
    guard.once('exit', (code) => resolve(code ?? 128));
  });
  return {
    exited,
    stdout: guard.stdout,
    stderr: guard.stderr,
    signal(name) {
      guard.stdin.write(`${name}\n`);
    },
    stop() {
      guard.stdin.end();
      return exited;
    },
  };
}
