/**
 * Runs `work` for at most `timeoutMs`. Its signal fires when the time is over (with `timeoutError`) or
 * when the caller's signal does (with `cancelError`), and the result is then a rejection at once,
 * whether or not the work listens.
 */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  options: {
    readonly timeoutMs: number;
    readonly signal?: AbortSignal | undefined;
    readonly timeoutError: () => Error;
    readonly cancelError: () => Error;
  },
): Promise<T> {
  const { signal, timeoutMs } = options;
  const controller = new AbortController();
  const cancel = () => controller.abort(options.cancelError());
  const timer = setTimeout(() => controller.abort(options.timeoutError()), timeoutMs);
  signal?.addEventListener('abort', cancel);
  if (signal?.aborted) cancel();
  try {
    return await new Promise<T>((resolve, reject) => {
      const fail = () => reject(controller.signal.reason);
      controller.signal.addEventListener('abort', fail);
      if (controller.signal.aborted) fail();
      else work(controller.signal).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  }
}
