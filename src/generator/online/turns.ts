import type { Logger } from '../../telemetry/logger.ts';

/** Lets one thing happen after the other. */
export interface Turns {
  /** Resolves when its turn is over, also when it failed; a failure is logged. */
  take(name: string, work: () => Promise<void>): Promise<void>;
  /** The same, unless the last one of this name still waits for its turn or is at work. */
  offer(name: string, work: () => Promise<void>): void;
}

export function createTurns(log: Logger): Turns {
  const offered = new Set<string>();
  let last: Promise<void> = Promise.resolve();

  function take(name: string, work: () => Promise<void>): Promise<void> {
    last = last.then(work).catch((err: unknown) => log.warn({ err }, `${name}: tried again later`));
    return last;
  }

  return {
    take,
    offer(name, work) {
      if (offered.has(name)) return;
      offered.add(name);
      void take(name, work).finally(() => offered.delete(name));
    },
  };
}
