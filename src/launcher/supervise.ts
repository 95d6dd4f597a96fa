import { setTimeout as wait } from 'node:timers/promises';
import type { GuardedProcess } from './guarded-process.ts';
import { LauncherError } from './launcher-error.ts';
import { restartDelay } from './restart-policy.ts';

/** A program that is to run all the time. */
export interface Service {
  readonly name: string;
  /** Starts it and resolves when it is ready. When `signal` aborts before that, stops it and rejects. */
  start(signal: AbortSignal): Promise<GuardedProcess>;
}

export interface SupervisedService {
  /** Rejects when the first start fails; that is not tried again. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

export interface SupervisorEvents {
  /** One sentence about a crash or a restart. */
  readonly report: (text: string) => void;
  /** It ran, crashed, and was given up. */
  readonly givenUp: (error: Error) => void;
}

/** Starts a service, and again whenever it ends by itself, within the bounds of `restartDelay`. */
export function supervise(
  service: Service,
  { report, givenUp }: SupervisorEvents,
): SupervisedService {
  const stopping = new AbortController();
  const crashes: number[] = [];
  let current: GuardedProcess | undefined;

  async function start(): Promise<void> {
    const started = await service.start(stopping.signal);
    if (stopping.signal.aborted) await started.stop();
    current = started;
  }

  async function keepRunning(): Promise<void> {
    while (current !== undefined) {
      const code = await current.exited;
      if (stopping.signal.aborted) return;
      crashes.push(Date.now());
      const delay = restartDelay(crashes, Date.now());
      if (delay === null) throw crashLoop(service.name, code);
      report(`${service.name} ended with code ${code}; starting it again in ${delay} ms`);
      await wait(delay, undefined, { signal: stopping.signal });
      await start();
      report(`${service.name} runs again`);
    }
  }

  const ready = start();
  const running = ready
    .then(() =>
      keepRunning().catch((error: Error) => {
        if (!stopping.signal.aborted) givenUp(error);
      }),
    )
    // The first failure is told by `ready`.
    .catch(() => {});

  return {
    ready,
    async stop() {
      stopping.abort();
      await current?.stop();
      await running;
    },
    kill() {
      stopping.abort();
      current?.signal('KILL');
    },
  };
}

function crashLoop(name: string, code: number): LauncherError {
  return new LauncherError(
    'WAF_ERR_LAUNCHER_CRASH_LOOP',
    `${name} crashed again and again (last code ${code}) and was given up`,
  );
}
