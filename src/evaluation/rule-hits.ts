import type { Label } from './rate.ts';
import type { Judgement } from './replay.ts';

/** In how many requests a rule matched. */
export interface RuleHits {
  readonly rule: string;
  /** Hits of the rule in enforcement, whether or not they decided anything. */
  readonly enforced: number;
  readonly shadow: number;
  /** Requests that it decided. */
  readonly decided: number;
  readonly attack: number;
  readonly benign: number;
  readonly unlabelled: number;
}

type Counts = { -readonly [K in keyof RuleHits]: RuleHits[K] };

export class RuleHitCounter {
  readonly #rules = new Map<string, Counts>();

  add(label: Label, { explanation }: Judgement): void {
    for (const { rule, shadow } of explanation.matches) {
      const counts = this.#countsOf(rule);
      counts[label]++;
      if (shadow) counts.shadow++;
      else counts.enforced++;
      if (rule === explanation.rule) counts.decided++;
    }
  }

  /** Most hits first. */
  result(): RuleHits[] {
    return [...this.#rules.values()].sort(
      (a, b) => b.enforced + b.shadow - a.enforced - a.shadow || (a.rule < b.rule ? -1 : 1),
    );
  }

  #countsOf(rule: string): Counts {
    let counts = this.#rules.get(rule);
    if (counts === undefined) {
      counts = { rule, enforced: 0, shadow: 0, decided: 0, attack: 0, benign: 0, unlabelled: 0 };
      this.#rules.set(rule, counts);
    }
    return counts;
  }
}
