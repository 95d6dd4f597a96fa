import { notConnected } from './fleet-error.ts';

/**
 * Runs requests only while the server is there. The NATS client drops what is published while it
 * reconnects, and lets a request that was under way run into its timeout; so requests wait here for the
 * connection, and are given up the moment it is lost.
 */
export interface RequestGuard {
  isUp(): boolean;
  up(): void;
  down(): void;
  /**
   * Waits for the connection, at most `patienceMs`, and sends. `WAF_ERR_FLEET_UNAVAILABLE` when it does not
   * come or is lost before the answer: whether the server took the request is then unknown.
   */
  run<T>(doing: string, send: () => Promise<T>): Promise<T>;
  /** The same for a request that changes nothing: sent once more when the connection was lost. */
  read<T>(doing: string, send: () => Promise<T>): Promise<T>;
}

const LOST = Symbol('connection lost');

export function createRequestGuard(patienceMs: number): RequestGuard {
  let isUp = true;
  const waiting = new Set<() => void>();
  const underWay = new Set<() => void>();

  const whenUp = async (doing: string) => {
    if (isUp) return;
    await new Promise<void>((resolve, reject) => {
      const arrived = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.delete(arrived);
        reject(notConnected(doing));
      }, patienceMs);
      waiting.add(arrived);
    });
  };
  const attempt = async <T>(send: () => Promise<T>): Promise<T | typeof LOST> =>
    await new Promise<T | typeof LOST>((resolve, reject) => {
      const lost = () => resolve(LOST);
      underWay.add(lost);
      send()
        .then(resolve, reject)
        .finally(() => underWay.delete(lost));
    });
  const within =
    (attempts: number) =>
    async <T>(doing: string, send: () => Promise<T>): Promise<T> => {
      for (let left = attempts; left > 0; left -= 1) {
        await whenUp(doing);
        const answer = await attempt(send);
        if (answer !== LOST) return answer;
      }
      throw notConnected(doing);
    };

  return {
    isUp: () => isUp,
    up() {
      isUp = true;
      for (const arrived of waiting) arrived();
      waiting.clear();
    },
    down() {
      isUp = false;
      for (const lost of underWay) lost();
      underWay.clear();
    },
    run: within(1),
    read: within(2),
  };
}
