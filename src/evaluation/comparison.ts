import { blockReason } from './block-reason.ts';
import { type Label, labelOf } from './rate.ts';
import type { RecordedRequest } from './recorded-request.ts';
import type { Judgement, Replay } from './replay.ts';
import { type Sample, sampleOf } from './sample.ts';

/** One request about which two artifacts disagree. */
export interface ChangedSample extends Sample {
  /** The rules to blame; empty when only a threshold or the budget changed. */
  readonly blame: readonly string[];
  readonly baseline_score: Readonly<Record<string, number>>;
}

/** Requests whose verdict changed in one direction. */
export interface Changed {
  readonly requests: number;
  readonly attack: number;
  readonly benign: number;
  readonly unlabelled: number;
  /** Rules to blame, most requests first. */
  readonly blame: readonly { readonly rule: string; readonly requests: number }[];
  readonly samples: readonly ChangedSample[];
}

/** What would change when an artifact took the place of another one. */
export interface Comparison {
  readonly requests: number;
  readonly newly_blocked: Changed;
  readonly newly_allowed: Changed;
  /** Requests that are blocked by both or by none, with another action or another score. */
  readonly changed_action: number;
  readonly changed_score: {
    readonly requests: number;
    readonly higher: number;
    readonly lower: number;
    readonly samples: readonly ChangedSample[];
  };
}

interface Side {
  readonly replay: Replay;
  readonly judgement: Judgement;
}

/** Compares judgements of a new artifact with those of the baseline, request by request. */
export class ComparisonTally {
  readonly #current: Replay;
  readonly #baseline: Replay;
  readonly #maxSamples: number;
  readonly #blocked: ChangeCounter;
  readonly #allowed: ChangeCounter;
  readonly #scoreSamples: ChangedSample[] = [];
  #requests = 0;
  #actions = 0;
  #higher = 0;
  #lower = 0;

  constructor(current: Replay, baseline: Replay, maxSamples: number) {
    this.#current = current;
    this.#baseline = baseline;
    this.#maxSamples = maxSamples;
    this.#blocked = new ChangeCounter(maxSamples);
    this.#allowed = new ChangeCounter(maxSamples);
  }

  add(recorded: RecordedRequest, current: Judgement, baseline: Judgement): void {
    this.#requests++;
    const now = { replay: this.#current, judgement: current };
    const before = { replay: this.#baseline, judgement: baseline };
    if (current.blocked && !baseline.blocked) this.#blocked.add(recorded, now, before, now);
    else if (!current.blocked && baseline.blocked) this.#allowed.add(recorded, before, now, now);
    else if (current.action !== baseline.action) this.#actions++;
    this.#compareScores(recorded, now, before);
  }

  #compareScores(recorded: RecordedRequest, now: Side, before: Side): void {
    const [score, old] = [now, before].map(({ judgement }) => judgement.explanation.score);
    const difference = total(score!) - total(old!);
    if (difference === 0 && isSame(score!, old!)) return;
    if (difference >= 0) this.#higher++;
    else this.#lower++;
    if (this.#scoreSamples.length >= this.#maxSamples) return;
    const [more, less] = difference >= 0 ? [now, before] : [before, now];
    this.#scoreSamples.push(changedSample(recorded, now, before, addedBy(more, less)));
  }

  result(): Comparison {
    return {
      requests: this.#requests,
      newly_blocked: this.#blocked.result(),
      newly_allowed: this.#allowed.result(),
      changed_action: this.#actions,
      changed_score: {
        requests: this.#higher + this.#lower,
        higher: this.#higher,
        lower: this.#lower,
        samples: this.#scoreSamples,
      },
    };
  }
}

class ChangeCounter {
  readonly #maxSamples: number;
  readonly #labels: Record<Label, number> = { attack: 0, benign: 0, unlabelled: 0 };
  readonly #blame = new Map<string, number>();
  readonly #samples: ChangedSample[] = [];
  #requests = 0;

  constructor(maxSamples: number) {
    this.#maxSamples = maxSamples;
  }

  /** `blocks` is the side that blocks, `allows` the other one, `now` the new one of the two. */
  add(recorded: RecordedRequest, blocks: Side, allows: Side, now: Side): void {
    this.#requests++;
    this.#labels[labelOf(recorded)]++;
    const blame = blameFor(blocks, allows);
    for (const rule of blame) this.#blame.set(rule, (this.#blame.get(rule) ?? 0) + 1);
    if (this.#samples.length >= this.#maxSamples) return;
    this.#samples.push(changedSample(recorded, now, now === blocks ? allows : blocks, blame));
  }

  result(): Changed {
    const blame = [...this.#blame]
      .map(([rule, requests]) => ({ rule, requests }))
      .sort((a, b) => b.requests - a.requests || (a.rule < b.rule ? -1 : 1));
    return { requests: this.#requests, ...this.#labels, blame, samples: this.#samples };
  }
}

/**
 * Who makes the difference: the rule that lets the request pass on the other side, or else those of the
 * rules behind the block that do not match, or add less, over there.
 */
function blameFor(blocks: Side, allows: Side): string[] {
  const { rule, action, reason } = allows.judgement.explanation;
  if (reason === 'rule' && action === 0 && rule !== null) return [rule];
  const behind = blockReason(blocks.replay, blocks.judgement);
  const added = new Set(addedBy(blocks, allows));
  return behind.rules.filter((id) => behind.by === 'rule' || added.has(id));
}

/** Rules that match in enforcement on one side and not, or with other points, on the other. */
function addedBy(more: Side, less: Side): string[] {
  const before = new Map(enforced(less).map(({ rule, points }) => [rule, points]));
  return enforced(more)
    .filter(({ rule, points }) => before.get(rule) !== points)
    .map(({ rule }) => rule);
}

function enforced({ replay, judgement }: Side): { rule: string; points: string }[] {
  return judgement.explanation.matches
    .filter(({ shadow }) => !shadow)
    .map(({ rule, ruleIndex }) => ({
      rule,
      points: JSON.stringify(replay.scoring.points[ruleIndex]),
    }));
}

function changedSample(
  recorded: RecordedRequest,
  now: Side,
  before: Side,
  blame: readonly string[],
): ChangedSample {
  const baseline_score = before.judgement.explanation.score;
  return { ...sampleOf(now.replay, recorded, now.judgement), blame, baseline_score };
}

function total(score: Readonly<Record<string, number>>): number {
  return Object.values(score).reduce((sum, points) => sum + points, 0);
}

function isSame(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((category) => a[category] === b[category])
  );
}
