import type { ActiveModule } from '../../engine/module-slot.ts';
import type { Explanation } from '../../engine/verdict.ts';
import { Histogram } from './histogram.ts';
import {
  type EventLoss,
  type EventReason,
  type FailureKind,
  INSPECT_SECONDS_BOUNDS,
  MAX_COUNTED_ADDRESSES,
  MAX_COUNTED_RULES,
  noTraffic,
  type Outcome,
  type RuleTotals,
  STEPS_BOUNDS,
  type TrafficTotals,
} from './traffic-totals.ts';

type MutableRule = { -readonly [K in keyof RuleTotals]: RuleTotals[K] };

/** Counts what one data-plane process does. Allocates only when a rule or an address is new. */
export class TrafficCounters {
  readonly #requests: Record<Outcome, number> = { ...noTraffic().requests };
  readonly #failures: Record<FailureKind, number> = { ...noTraffic().failures };
  readonly #inspect = new Histogram(INSPECT_SECONDS_BOUNDS);
  readonly #steps = new Histogram(STEPS_BOUNDS);
  readonly #rules = new Map<string, MutableRule>();
  readonly #addresses = new Map<string, number>();
  readonly #events: Record<EventReason, number> = { ...noTraffic().events };
  readonly #eventsDropped: Record<EventLoss, number> = { ...noTraffic().events_dropped };
  #inFlight = 0;

  begin(): void {
    this.#inFlight += 1;
  }

  end(outcome: Outcome): void {
    this.#inFlight -= 1;
    this.#requests[outcome] += 1;
  }

  /** A request that never came as far as `begin`, e.g. one that could not be parsed. */
  unparsed(): void {
    this.#requests.refused += 1;
  }

  inspected(seconds: number, failure: FailureKind | null): void {
    this.#inspect.observe(seconds);
    if (failure !== null) this.#failures[failure] += 1;
  }

  matched(module: ActiveModule | null, explanation: Explanation): void {
    this.#steps.observe(explanation.steps);
    const counted = new Set<string>();
    for (const match of explanation.matches) {
      // A rule that matched several values is one hit.
      if (counted.has(match.rule)) continue;
      counted.add(match.rule);
      const rule = this.#rule(module?.name ?? '', match.rule);
      if (match.shadow) rule.shadow += 1;
      else rule.hits += 1;
    }
  }

  refusedBy(module: ActiveModule | null, rule: string | null, address: string): void {
    if (rule !== null) this.#rule(module?.name ?? '', rule).blocks += 1;
    const blocked = this.#addresses.get(address) ?? 0;
    this.#addresses.delete(address);
    this.#addresses.set(address, blocked + 1);
    if (this.#addresses.size > MAX_COUNTED_ADDRESSES) {
      this.#addresses.delete(this.#addresses.keys().next().value!);
    }
  }

  eventSent(why: EventReason): void {
    this.#events[why] += 1;
  }

  eventsDropped(reason: EventLoss, count: number): void {
    this.#eventsDropped[reason] += count;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  totals(eventLoopLagMs: number): TrafficTotals {
    return {
      requests: { ...this.#requests },
      failures: { ...this.#failures },
      inspect_seconds: this.#inspect.totals(),
      steps: this.#steps.totals(),
      rules: [...this.#rules.values()].map((rule) => ({ ...rule })),
      addresses: [...this.#addresses].map(([address, blocked]) => ({ address, blocked })),
      events: { ...this.#events },
      events_dropped: { ...this.#eventsDropped },
      in_flight: this.#inFlight,
      event_loop_lag_ms: eventLoopLagMs,
    };
  }

  #rule(module: string, id: string): MutableRule {
    const key = `${module} ${id}`;
    let rule = this.#rules.get(key);
    if (rule === undefined) {
      if (this.#rules.size >= MAX_COUNTED_RULES && id !== 'other') return this.#rule('', 'other');
      rule = { module, rule: id, hits: 0, blocks: 0, shadow: 0 };
      this.#rules.set(key, rule);
    }
    return rule;
  }
}
