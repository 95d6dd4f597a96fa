import type { Acknowledgement } from './node-report.ts';

/**
 * Acknowledgements on their way to the bucket. One that cannot be stored is kept until `flush`; a later
 * one of the same module takes its place, because only what runs now is of interest.
 */
export interface AckOutbox {
  /** Resolves when the acknowledgement is stored, or kept for later. */
  send(ack: Acknowledgement): Promise<void>;
  /** Tries again what is kept. Call it when NATS is likely to be back. */
  flush(): Promise<void>;
}

export function createAckOutbox(store: (ack: Acknowledgement) => Promise<unknown>): AckOutbox {
  const kept = new Map<string, Acknowledgement>();
  const underWay = new Map<Acknowledgement, Promise<void>>();

  /** Waits for an attempt that is under way, and stores what that one did not. */
  const attempt = async (ack: Acknowledgement): Promise<void> => {
    const before = underWay.get(ack);
    const now = (async () => {
      if (before !== undefined) await before;
      if (kept.get(ack.module) !== ack) return;
      try {
        await store(ack);
      } catch {
        return;
      }
      if (kept.get(ack.module) === ack) kept.delete(ack.module);
    })();
    underWay.set(ack, now);
    await now;
    if (underWay.get(ack) === now) underWay.delete(ack);
  };

  return {
    async send(ack) {
      kept.set(ack.module, ack);
      await attempt(ack);
    },
    async flush() {
      await Promise.all([...kept.values()].map(attempt));
    },
  };
}
