import type { Match } from '../../engine/verdict.ts';

/** What was found in one request; enough to explain a 403 to the person who got it. */
export interface TrafficEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What was judged; absent: the request. */
  readonly phase?: 'response';
  readonly request_id: string;
  readonly client: string;
  readonly method: string;
  /** Cut after 512 characters. */
  readonly uri: string;
  readonly action: 'block' | 'ratelimit' | 'log' | 'allow' | 'unavailable';
  readonly status: number | null;
  readonly module: string | null;
  readonly revision: string | null;
  /** The rule that decided, null when a threshold or a foreign module did. */
  readonly rule: string | null;
  readonly reason: string;
  readonly score: Readonly<Record<string, number>>;
  readonly matches: readonly Match[];
}

/** The last events, oldest overwritten first. */
export class EventRing {
  readonly #slots: TrafficEvent[] = [];
  readonly #capacity: number;
  #next = 0;

  constructor(capacity = 1000) {
    this.#capacity = capacity;
  }

  add(event: TrafficEvent): void {
    this.#slots[this.#next] = event;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** Newest first. */
  latest(limit: number): TrafficEvent[] {
    const inOrder = [...this.#slots.slice(this.#next), ...this.#slots.slice(0, this.#next)];
    return inOrder.reverse().slice(0, limit);
  }
}
