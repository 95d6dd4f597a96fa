import { type BlockRate, RateCounter } from './rate.ts';
import type { RecordedRequest } from './recorded-request.ts';

/**
 * One number for detection: attacks against everyday traffic. Left out are families that would flatter or
 * spoil it: labelled anomalies that no rule set should block, samples a detector was made from, and benign
 * look-alikes, which every report lists by category.
 */
export interface Headline {
  readonly attack: BlockRate;
  readonly benign: BlockRate;
  /** Benign requests that no policy on methods or headers refuses. */
  readonly benign_without_policy: BlockRate;
  /** Mean of the detection rate and of the rate at which benign requests pass, 0..1. */
  readonly balanced_accuracy: number;
}

const APART = /^(?:csic2010|libinjection)(?:-|$)/;
const LOOK_ALIKE = /^hard-/;
const COMMON_METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'HEAD', 'OPTIONS']);

/** Methods other than GET, POST, HEAD and OPTIONS, and requests with Accept-Charset. */
export function isPolicyRequest({ request: { method, headers } }: RecordedRequest): boolean {
  if (!COMMON_METHODS.has(method)) return true;
  return headers.some((name, i) => i % 2 === 0 && name.toLowerCase() === 'accept-charset');
}

export class HeadlineCounter {
  readonly #attack = new RateCounter();
  readonly #benign = new RateCounter();
  readonly #withoutPolicy = new RateCounter();

  add(recorded: RecordedRequest, blocked: boolean): void {
    const { label, category = '', source = '' } = recorded;
    if (label === 'attack' && !APART.test(source)) this.#attack.add(blocked);
    if (label !== 'benign' || LOOK_ALIKE.test(category)) return;
    this.#benign.add(blocked);
    if (!isPolicyRequest(recorded)) this.#withoutPolicy.add(blocked);
  }

  /** Null unless there are attacks and benign requests. */
  result(): Headline | null {
    const [attack, benign] = [this.#attack.result(), this.#benign.result()];
    if (attack.rate === null || benign.rate === null) return null;
    return {
      attack,
      benign,
      benign_without_policy: this.#withoutPolicy.result(),
      balanced_accuracy: (attack.rate + 1 - benign.rate) / 2,
    };
  }
}
