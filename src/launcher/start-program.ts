import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { LauncherErrorCode } from './error-codes.ts';
import { type GuardedProcess, spawnGuarded } from './guarded-process.ts';
import { LauncherError } from './launcher-error.ts';
import { followOutput, forEachLine } from './output-tail.ts';

const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
/** The whole fleet is to stop within five seconds. */
const PROGRAM_GRACE_MS = 3500;

interface ProgramStart {
  readonly name: string;
  /** Arguments of node: options, script, arguments of the script. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Answers 200 when the program is ready. */
  readonly readyUrl: string;
  readonly onLine: (line: string) => void;
}

/**
 * Starts one of our own programs under guard and waits until it says that it is ready. Stops it again
 * when it is not in time or when `signal` aborts.
 */
export async function startProgram(
  start: ProgramStart,
  signal: AbortSignal,
): Promise<GuardedProcess> {
  const { cwd, env } = start;
  const child = spawnGuarded(process.execPath, start.args, { cwd, env, graceMs: PROGRAM_GRACE_MS });
  const output = followOutput([child.stdout, child.stderr]);
  forEachLine(child.stdout, start.onLine);
  forEachLine(child.stderr, start.onLine);
  const ended = new AbortController();
  void child.exited.then((code) => ended.abort(`${start.name} ended with code ${code}`));
  const late = AbortSignal.timeout(READY_TIMEOUT_MS);
  try {
    await answersOk(start.readyUrl, AbortSignal.any([signal, ended.signal, late]));
    return child;
  } catch (error) {
    await child.stop();
    if (signal.aborted) throw error;
    throw ended.signal.aborted
      ? failure('WAF_ERR_LAUNCHER_START_FAILED', ended.signal.reason)
      : failure('WAF_ERR_LAUNCHER_START_TIMEOUT', `${start.name}: no 200 from ${start.readyUrl}`);
  }

  function failure(code: LauncherErrorCode, what: string): LauncherError {
    return new LauncherError(code, `${what}\n${output.text()}`);
  }
}

/** Asks again and again until the answer is 200; rejects when `signal` aborts. */
async function answersOk(url: string, signal: AbortSignal): Promise<void> {
  while (!(await isOk(url))) await wait(POLL_MS, undefined, { signal });
}

function isOk(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = request(url, { timeout: 1000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(false));
    asking.end();
  });
}
