import type { Condition } from '../../rules/model.ts';
import type { Bits } from './bits.ts';
import type { Alternative, RuleKind } from './feature.ts';

/** A rule to be: alternatives of one kind. */
export interface DraftRule {
  readonly kind: RuleKind;
  readonly alternatives: readonly Alternative[];
  /** Samples that one of the alternatives matches. */
  readonly samples: Bits;
}

/** A rule has at most 64 conditions; the longest ones take four. */
const MAX_ALTERNATIVES = 24;

export interface DraftOptions {
  readonly maxRules: number;
  /** Samples that a further rule must match and no other rule does. */
  readonly least: number;
  /** A kind that so many samples show gets its rule even if others match them: attacks are alike, not equal. */
  readonly evident: number;
}

/** Kinds, those of most samples first, as long as each adds samples of its own. */
export function draftRules(
  alternatives: readonly Alternative[],
  { maxRules, least, evident }: DraftOptions,
): DraftRule[] {
  const drafts: DraftRule[] = [];
  let rest = [...groupByKind(alternatives)];
  let covered: Bits | null = null;
  while (drafts.length < maxRules && rest.length > 0) {
    const news = ({ samples }: DraftRule) =>
      (covered === null ? samples : samples.without(covered)).count;
    const best: DraftRule = rest.reduce((a, b) => (news(b) > news(a) ? b : a));
    if (news(best) < least) break;
    drafts.push(best);
    covered = covered === null ? best.samples : covered.or(best.samples);
    rest = rest.filter((draft) => draft !== best);
  }
  const shown = rest.filter(({ kind, samples }) => kind !== 'token' && samples.count >= evident);
  return [...drafts, ...shown].slice(0, maxRules);
}

function groupByKind(alternatives: readonly Alternative[]): DraftRule[] {
  const kinds = [...new Set(alternatives.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const own = alternatives
      .filter((each) => each.kind === kind)
      .sort((a, b) => b.samples.count - a.samples.count)
      .slice(0, MAX_ALTERNATIVES);
    const samples = own.map((each) => each.samples).reduce((a, b) => a.or(b));
    return { kind, alternatives: own, samples };
  });
}

/** What the rule looks for, as a condition of the rule language. */
export function draftCondition({ alternatives }: Pick<DraftRule, 'alternatives'>): Condition {
  const conditions = alternatives.map(({ features }): Condition => {
    const all = features.map(({ condition }) => condition);
    return all.length === 1 ? all[0]! : { all };
  });
  return conditions.length === 1 ? conditions[0]! : { any: conditions };
}
