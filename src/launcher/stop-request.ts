/** Somebody's wish that everything ends. */
export interface StopRequest {
  /** Resolves at the first request. */
  readonly requested: Promise<void>;
  /** Asks, as a signal does. */
  request(): void;
  /** Gives the signals back to their default meaning. */
  dispose(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Listens for the signals that ask a process to end; `onImpatience` is called from the second on. */
export function createStopRequest(onImpatience: () => void): StopRequest {
  const { promise: requested, resolve } = deferred();
  let count = 0;
  const request = () => {
    count++;
    resolve();
  };
  const onSignal = () => {
    request();
    if (count > 1) onImpatience();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    requested,
    request,
    dispose() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
