import type { EventSettings } from '../../config/settings.ts';
import type { InspectionRequest } from '../../engine/verdict.ts';
import type { ObservedRequest } from '../../fleet/shapes/observed-request.ts';
import type { FinishedExchange } from '../proxy/finished-exchange.ts';
import { createEventBuilder, type EventBuilder } from './event-builder.ts';
import { EventOutbox, type PublishEvents } from './event-outbox.ts';
import { RandomSkips } from './random-skips.ts';
import type { TrafficCounters } from './traffic-counters.ts';

type Why = ObservedRequest['why'];

/** Of the events of a second, this share is kept for samples, which an attack must not crowd out. */
const SHARE_OF_SAMPLES = 0.25;
const FIRST_ERROR_STATUS = 400;

export interface ObserverDeps {
  readonly nodeId: string;
  readonly publish: PublishEvents;
  readonly counters: TrafficCounters;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

/**
 * Decides which requests are told about, and tells. A request in which nothing was found costs a counter
 * and a few comparisons; nothing here waits or throws.
 */
export class TrafficObserver {
  readonly #settings: EventSettings;
  readonly #deps: ObserverDeps;
  readonly #build: EventBuilder;
  readonly #outbox: EventOutbox;
  readonly #samples: RandomSkips;
  readonly #errors: RandomSkips;
  readonly #honeypots: (uri: string) => boolean;
  readonly #limits: { readonly samples: number; readonly others: number };
  #second = 0;
  #taken = { samples: 0, others: 0 };

  constructor(settings: EventSettings, deps: ObserverDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.#build = createEventBuilder(settings, deps.nodeId);
    this.#outbox = new EventOutbox(deps.publish, settings.max_queued_events, deps.counters);
    this.#samples = new RandomSkips(settings.sample_rate, deps.random);
    this.#errors = new RandomSkips(settings.error_sample_rate, deps.random);
    this.#honeypots = pathsOf(settings.honeypot_paths);
    const samples = Math.max(1, Math.round(settings.max_events_per_second * SHARE_OF_SAMPLES));
    this.#limits = { samples, others: Math.max(1, settings.max_events_per_second - samples) };
  }

  /** To be called once at the end of each exchange. */
  readonly observe = (exchange: FinishedExchange): void => {
    const { inspected } = exchange;
    // Without a judgement there was no request worth the name.
    if (inspected === null) return;
    const why = this.#reasonFor(exchange, inspected);
    if (why === null) return;
    try {
      this.#tell(exchange, inspected, why);
    } catch {
      this.#deps.counters.eventsDropped('fault', 1);
    }
  };

  close(): Promise<void> {
    return this.#outbox.close();
  }

  #reasonFor(exchange: FinishedExchange, { uri }: InspectionRequest): Why | null {
    if (this.#honeypots(uri)) return 'honeypot';
    const { verdict } = exchange;
    if (verdict !== null && (verdict.action !== 0 || verdict.explanation !== null)) {
      const enforced = ({ explanation }: (typeof verdict.explained)[number]) =>
        explanation.matches.some(({ shadow }) => !shadow);
      return verdict.action !== 0 || verdict.explained.some(enforced) ? 'match' : 'shadow';
    }
    if ((exchange.status ?? 0) >= FIRST_ERROR_STATUS) return this.#errors.take() ? 'error' : null;
    return this.#samples.take() ? 'sample' : null;
  }

  #tell(exchange: FinishedExchange, inspected: InspectionRequest, why: Why): void {
    const now = this.#deps.now();
    if (!this.#isAllowed(why, now)) {
      this.#deps.counters.eventsDropped('rate', 1);
      return;
    }
    const { id, verdict, unavailable, status } = exchange;
    const facts = { id, inspected, verdict, unavailable, status };
    const event = this.#build(facts, { why, sample_rate: this.#rateOf(why) }, now);
    if (event === null) this.#deps.counters.eventsDropped('size', 1);
    else this.#outbox.add(event);
  }

  /** How many of those with this reason are told about. */
  #rateOf(why: Why): number {
    if (why === 'sample') return this.#settings.sample_rate;
    return why === 'error' ? this.#settings.error_sample_rate : 1;
  }

  #isAllowed(why: Why, now: number): boolean {
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#taken = { samples: 0, others: 0 };
    }
    const kind = why === 'sample' ? 'samples' : 'others';
    if (this.#taken[kind] >= this.#limits[kind]) return false;
    this.#taken[kind] += 1;
    return true;
  }
}

/** Whether the path of a request target is one of these; `*` at the end stands for any rest. */
function pathsOf(paths: readonly string[]): (uri: string) => boolean {
  if (paths.length === 0) return () => false;
  const whole = new Set(paths.filter((path) => !path.endsWith('*')));
  const beginnings = paths.filter((path) => path.endsWith('*')).map((path) => path.slice(0, -1));
  return (uri) => {
    const path = uri.split('?', 1)[0]!;
    return whole.has(path) || beginnings.some((beginning) => path.startsWith(beginning));
  };
}
