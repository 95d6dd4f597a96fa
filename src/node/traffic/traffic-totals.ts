import { emptyHistogram, type HistogramTotals, mergeHistograms } from './histogram.ts';

/** How a request ended, as the metric label `outcome`. Every request has exactly one. */
export const OUTCOMES = [
  'passed',
  'logged',
  'blocked',
  'rate_limited',
  'refused',
  'unavailable',
  'upstream_error',
  'aborted',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Why an inspection gave no verdict, as the metric label `kind`. */
export const FAILURE_KINDS = ['not_ready', 'trap', 'budget', 'timeout'] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** Why a request was told about in a traffic event, as the metric label `why`. */
export const EVENT_REASONS = ['sample', 'match', 'shadow', 'error', 'honeypot'] as const;
export type EventReason = (typeof EVENT_REASONS)[number];

/** Why a traffic event was lost, as the metric label `reason`. */
export const EVENT_LOSSES = ['rate', 'queue', 'size', 'unsent', 'fault'] as const;
export type EventLoss = (typeof EVENT_LOSSES)[number];

/** What became of one rule's matches. */
export interface RuleTotals {
  readonly module: string;
  readonly rule: string;
  /** Matches of the enforced rule, whether or not it decided. */
  readonly hits: number;
  /** Requests this rule refused: as a block, or as an exhausted rate limit. */
  readonly blocks: number;
  /** Matches while the rule was in shadow mode. */
  readonly shadow: number;
}

/**
 * Everything the data plane has counted since it started; plain JSON, so that workers can send it.
 * All numbers only grow, except `in_flight` and `event_loop_lag_ms`.
 */
export interface TrafficTotals {
  readonly requests: Readonly<Record<Outcome, number>>;
  /** Inspections without a verdict, by kind, whatever the policy then did. */
  readonly failures: Readonly<Record<FailureKind, number>>;
  readonly inspect_seconds: HistogramTotals;
  /** Of inspections in which something matched; the others are not asked for their steps. */
  readonly steps: HistogramTotals;
  /** Most matches first. A worker counts `MAX_COUNTED_RULES` rules one by one, all further ones as `other`. */
  readonly rules: readonly RuleTotals[];
  /** Client addresses with the most refused requests, at most `MAX_COUNTED_ADDRESSES`. */
  readonly addresses: readonly { readonly address: string; readonly blocked: number }[];
  /** Traffic events that NATS took, and those that were lost on the way. */
  readonly events: Readonly<Record<EventReason, number>>;
  readonly events_dropped: Readonly<Record<EventLoss, number>>;
  readonly in_flight: number;
  /** The longest stall since the last reading, milliseconds. */
  readonly event_loop_lag_ms: number;
}

export const MAX_COUNTED_RULES = 10_000;
export const MAX_COUNTED_ADDRESSES = 1000;

export const INSPECT_SECONDS_BOUNDS = [
  1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 5e-2, 0.1,
  1,
] as const;
export const STEPS_BOUNDS = [100, 1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7, 2e7] as const;

/** The totals of a data plane that has seen nothing. */
export function noTraffic(): TrafficTotals {
  return {
    requests: zeros(OUTCOMES),
    failures: zeros(FAILURE_KINDS),
    inspect_seconds: emptyHistogram(INSPECT_SECONDS_BOUNDS),
    steps: emptyHistogram(STEPS_BOUNDS),
    rules: [],
    addresses: [],
    events: zeros(EVENT_REASONS),
    events_dropped: zeros(EVENT_LOSSES),
    in_flight: 0,
    event_loop_lag_ms: 0,
  };
}

/** The sum of two data planes' totals; the longer of the two stalls. */
export function mergeTraffic(a: TrafficTotals, b: TrafficTotals): TrafficTotals {
  return {
    requests: addRecords(a.requests, b.requests),
    failures: addRecords(a.failures, b.failures),
    inspect_seconds: mergeHistograms(a.inspect_seconds, b.inspect_seconds),
    steps: mergeHistograms(a.steps, b.steps),
    rules: mergeRules(a.rules, b.rules),
    addresses: mergeAddresses(a.addresses, b.addresses),
    events: addRecords(a.events, b.events),
    events_dropped: addRecords(a.events_dropped, b.events_dropped),
    in_flight: a.in_flight + b.in_flight,
    event_loop_lag_ms: Math.max(a.event_loop_lag_ms, b.event_loop_lag_ms),
  };
}

/** How many requests were ever received. */
export function requestCount(totals: TrafficTotals): number {
  return Object.values(totals.requests).reduce((sum, count) => sum + count, 0);
}

function zeros<K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
}

function addRecords<K extends string>(
  a: Readonly<Record<K, number>>,
  b: Readonly<Record<K, number>>,
): Record<K, number> {
  const keys = Object.keys(b) as K[];
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as Record<K, number>;
}

function mergeRules(a: readonly RuleTotals[], b: readonly RuleTotals[]): RuleTotals[] {
  const byRule = new Map<string, RuleTotals>();
  for (const one of [...a, ...b]) {
    const key = `${one.module} ${one.rule}`;
    const other = byRule.get(key);
    byRule.set(key, other === undefined ? one : addRule(one, other));
  }
  return [...byRule.values()].sort((x, y) => weight(y) - weight(x));
}

function addRule(a: RuleTotals, b: RuleTotals): RuleTotals {
  return {
    ...a,
    hits: a.hits + b.hits,
    blocks: a.blocks + b.blocks,
    shadow: a.shadow + b.shadow,
  };
}

function weight(rule: RuleTotals): number {
  return rule.hits + rule.shadow;
}

function mergeAddresses(
  a: TrafficTotals['addresses'],
  b: TrafficTotals['addresses'],
): { address: string; blocked: number }[] {
  const sums = new Map<string, number>();
  for (const { address, blocked } of [...a, ...b]) {
    sums.set(address, (sums.get(address) ?? 0) + blocked);
  }
  return [...sums]
    .map(([address, blocked]) => ({ address, blocked }))
    .sort((x, y) => y.blocked - x.blocked)
    .slice(0, MAX_COUNTED_ADDRESSES);
}
