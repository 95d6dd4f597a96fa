import type { RecordedRequest } from './recorded-request.ts';

export type Label = 'attack' | 'benign' | 'unlabelled';

export function labelOf({ label }: RecordedRequest): Label {
  return label ?? 'unlabelled';
}

/** How many of some requests would be blocked. */
export interface BlockRate {
  readonly requests: number;
  readonly blocked: number;
  /** 0..1; null when there are no requests. */
  readonly rate: number | null;
}

/** Counts requests, and those of them that would be blocked. */
export class RateCounter {
  #requests = 0;
  #blocked = 0;

  add(blocked: boolean): void {
    this.#requests++;
    if (blocked) this.#blocked++;
  }

  result(): BlockRate {
    const [requests, blocked] = [this.#requests, this.#blocked];
    return { requests, blocked, rate: requests === 0 ? null : blocked / requests };
  }
}

/** One counter per key, made when the key first comes. */
export class RateTable {
  readonly #counters = new Map<string, RateCounter>();

  add(key: string, blocked: boolean): void {
    let counter = this.#counters.get(key);
    if (counter === undefined) {
      counter = new RateCounter();
      this.#counters.set(key, counter);
    }
    counter.add(blocked);
  }

  /** Sorted by key. */
  entries(): [key: string, rate: BlockRate][] {
    return [...this.#counters]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, counter]) => [key, counter.result()]);
  }
}
