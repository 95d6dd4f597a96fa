import type { ObservedRequest } from '../../fleet/shapes/observed-request.ts';
import type { TrafficCounters } from './traffic-counters.ts';

/** Takes events to NATS; rejects when they are lost. */
export type PublishEvents = (events: readonly ObservedRequest[]) => Promise<void>;

/** So that events travel together. */
const GATHER_MS = 50;
const BATCH = 64;
const CLOSE_MS = 500;

/**
 * Events on their way out: a bounded queue of which one batch at a time is under way. What cannot be sent
 * is dropped and counted; nobody ever waits for it.
 */
export class EventOutbox {
  readonly #publish: PublishEvents;
  readonly #capacity: number;
  readonly #counters: TrafficCounters;
  #waiting: ObservedRequest[] = [];
  #timer: NodeJS.Timeout | null = null;
  #sending: Promise<void> | null = null;

  constructor(publish: PublishEvents, capacity: number, counters: TrafficCounters) {
    this.#publish = publish;
    this.#capacity = capacity;
    this.#counters = counters;
  }

  add(event: ObservedRequest): void {
    if (this.#waiting.length >= this.#capacity) {
      this.#counters.eventsDropped('queue', 1);
      return;
    }
    this.#waiting.push(event);
    if (this.#timer !== null || this.#sending !== null) return;
    this.#timer = setTimeout(() => this.#send(), GATHER_MS).unref();
  }

  /** Sends what is waiting, if that is possible at once. */
  async close(): Promise<void> {
    this.#send();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    await Promise.race([this.#sending, late]);
    clearTimeout(timer);
  }

  #send(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH);
      this.#waiting = this.#waiting.slice(BATCH);
      try {
        await this.#publish(batch);
        for (const { why } of batch) this.#counters.eventSent(why);
      } catch {
        this.#counters.eventsDropped('unsent', batch.length);
      }
    }
  }
}
