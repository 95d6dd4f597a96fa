import type { RecordedRequest } from '../../evaluation/recorded-request.ts';

/** A request as it was seen in traffic, with what the fleet made of it. */
export interface Observation {
  readonly recorded: RecordedRequest;
  readonly why: 'sample' | 'match' | 'shadow' | 'error' | 'honeypot' | 'foreign';
  readonly action: 'allow' | 'block' | 'log' | 'ratelimit' | 'unavailable';
  /** Ids of the rules that matched, enforced ones and those in shadow mode. */
  readonly rules: readonly string[];
  readonly shadowRules: readonly string[];
  readonly score: Readonly<Record<string, number>>;
  /** How many requests of the traffic it stands for, 1 or more. */
  readonly weight: number;
}

/** Milliseconds since the epoch; 0 when nobody said. */
export function timeOf({ recorded }: Observation): number {
  return recorded.at ?? 0;
}

export function sourceOf({ recorded }: Observation): string {
  return recorded.request.sourceIp;
}

/** Answered, and not with an error. */
export function wasServed({ recorded, action }: Observation): boolean {
  const { status } = recorded;
  return action !== 'block' && status !== undefined && status > 0 && status < 400;
}
