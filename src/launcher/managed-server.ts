import { once } from 'node:events';
import type { Tool } from './find-tool.ts';
import type { GuardedProcess } from './guarded-process.ts';
import { spawnGuarded } from './guarded-process.ts';
import { LauncherError } from './launcher-error.ts';
import { followOutput, type OutputTail } from './output-tail.ts';

const READY_TIMEOUT_MS = 15_000;

interface ServerStart {
  readonly name: string;
  readonly tool: Tool;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Part of the line that the server prints when it accepts connections. */
  readonly readyLine: string;
}

/** A server that accepts connections, and the last lines it wrote. */
interface StartedServer {
  readonly process: GuardedProcess;
  readonly output: OutputTail;
}

/** Starts a server program under guard and waits for its ready line. */
export async function startServer(start: ServerStart): Promise<StartedServer> {
  const child = spawnGuarded(start.tool.path, start.args, {
    cwd: start.cwd,
    env: { ...process.env, ...start.tool.env },
  });
  const output = followOutput([child.stdout, child.stderr]);
  const abort = new AbortController();
  try {
    await Promise.race([
      output.sees(start.readyLine),
      child.exited.then((code) => {
        throw failure('WAF_ERR_LAUNCHER_START_FAILED', `${start.name} ended with code ${code}`);
      }),
      once(AbortSignal.timeout(READY_TIMEOUT_MS), 'abort', { signal: abort.signal }).then(() => {
        throw failure('WAF_ERR_LAUNCHER_START_TIMEOUT', `${start.name} is not ready`);
      }),
    ]);
    return { process: child, output };
  } catch (error) {
    await child.stop();
    throw error;
  } finally {
    abort.abort();
  }

  function failure(
    code: 'WAF_ERR_LAUNCHER_START_FAILED' | 'WAF_ERR_LAUNCHER_START_TIMEOUT',
    what: string,
  ) {
    return new LauncherError(code, `${what}\n${output.text()}`);
  }
}
