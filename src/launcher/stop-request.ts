/** Somebody's wish that everything ends. */
export interface StopRequest {
  /** Resolves at the first request. */
  readonly requested: Promise<void>;
  /** Asks, as a signal does. */
  request(): void;
  /** Gives the signals back to their default meaning. */
  dispose(): void;
}

/**
 * A signal this soon after the first is the same key press: the terminal sends it to everyone, and npm
 * hands it on once more.
 */
const SAME_REQUEST_MS = 1000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Listens for the signals that ask a process to end; `onImpatience` is called when they insist. */
export function createStopRequest(onImpatience: () => void): StopRequest {
  const { promise: requested, resolve } = deferred();
  let requestedAt = Number.POSITIVE_INFINITY;
  const request = () => {
    requestedAt = Math.min(requestedAt, Date.now());
    resolve();
  };
  const onSignal = () => {
    if (Date.now() - requestedAt > SAME_REQUEST_MS) onImpatience();
    request();
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
