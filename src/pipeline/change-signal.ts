/** Lets many wait for "something happened" without polling. */
export interface ChangeSignal {
  notify(): void;
  /**
   * Starts to listen at once; `within(ms)` then resolves at the first notification since that moment,
   * or when `ms` are over.
   */
  listen(): { within(ms: number): Promise<void> };
}

export function createChangeSignal(): ChangeSignal {
  let next = createTurn();
  return {
    notify() {
      const turn = next;
      next = createTurn();
      turn.resolve();
    },
    listen() {
      const turn = next;
      return { within: (ms) => firstOf(turn.promise, ms) };
    },
  };
}

interface Turn {
  readonly promise: Promise<void>;
  resolve(): void;
}

function createTurn(): Turn {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

async function firstOf(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}
