import type { RecordedRequest } from '../../evaluation/recorded-request.ts';

export interface AttackSample {
  readonly recorded: RecordedRequest;
  readonly at: number;
  /** A person said so. */
  readonly labelled: boolean;
}

const CAPACITY = 2_000;
const MOST_FOR_LEARNING = 500;
/** Of what is learned from, no source gives more: one address must not make a pattern. */
const MOST_PER_SOURCE = 20;
const KEPT_MS = 6 * 3_600_000;

/** Suspicious requests that no rule explains yet, for six hours; at most 2,000, the newest. */
export class AttackSamples {
  readonly #samples = new Map<string, AttackSample>();
  #changed = false;

  get size(): number {
    return this.#samples.size;
  }

  add(recorded: RecordedRequest, at: number, labelled = false): void {
    if (this.#samples.has(recorded.id) && !labelled) return;
    this.#samples.delete(recorded.id);
    this.#samples.set(recorded.id, { recorded, at, labelled });
    this.#changed = true;
    if (this.#samples.size <= CAPACITY) return;
    const [oldest] = this.#samples.keys();
    this.#samples.delete(oldest!);
  }

  remove(id: string): void {
    if (this.#samples.delete(id)) this.#changed = true;
  }

  /** What was taken last is taken again. */
  again(): void {
    this.#changed = true;
  }

  /**
   * What to learn from: the newest 500, at most 20 of one source; null when nothing has changed since the
   * last time, or there are too few of them or of their sources.
   */
  take(now: number, least: { readonly samples: number; readonly sources: number }) {
    for (const [id, { at, labelled }] of this.#samples) {
      if (!labelled && now - at > KEPT_MS) this.#samples.delete(id);
    }
    if (!this.#changed) return null;
    const chosen: RecordedRequest[] = [];
    const bySource = new Map<string, number>();
    for (const { recorded } of [...this.#samples.values()].reverse()) {
      const source = recorded.request.sourceIp;
      const before = bySource.get(source) ?? 0;
      if (before >= MOST_PER_SOURCE) continue;
      bySource.set(source, before + 1);
      chosen.push(recorded);
      if (chosen.length === MOST_FOR_LEARNING) break;
    }
    if (chosen.length < least.samples || bySource.size < least.sources) return null;
    this.#changed = false;
    return chosen.reverse();
  }
}
