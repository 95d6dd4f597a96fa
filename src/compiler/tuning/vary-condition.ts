import type { Condition } from '../../rules/model.ts';
import type { TuningScope } from '../../rules/tuning/tuning.ts';
import { onlyNarrows, withoutTargets } from './except-targets.ts';
import { allOf, anyOf, areDisjoint, insideAny, isEverywhere, scopeKey } from './scope-condition.ts';

/** Targets that a rule does not look at in a scope. */
export interface Exclusion {
  readonly scope: TuningScope;
  readonly except: readonly string[];
}

export interface VariedCondition {
  readonly when: Condition;
  /** Every form that the condition takes, the widest one first. */
  readonly forms: readonly Condition[];
  /** Holds whenever the condition does. */
  readonly wokenBy: Condition;
}

/** Forms that one condition may take. */
export const MAX_FORMS = 256;

/** The condition with other targets here and there; null when it would take too many forms. */
export function varyCondition(
  when: Condition,
  exclusions: readonly Exclusion[],
): VariedCondition | null {
  const everywhere = exclusions.filter(({ scope }) => isEverywhere(scope));
  const widest = everywhere.reduce((form, { except }) => withoutTargets(form, except), when);
  const forms: Condition[] = [widest];
  const local = relevantTo(widest, joined(exclusions.filter(({ scope }) => !isEverywhere(scope))));
  const isLate = onlyNarrows(
    widest,
    local.flatMap(({ except }) => except),
  );
  const varied = local.length < 2 ? vary(widest, local) : varyMany(local);
  return forms.length > MAX_FORMS || varied === null
    ? null
    : { when: varied, forms, wokenBy: isLate ? widest : anyOf(forms) };

  /** One look at all paths together tells most requests that none of the scopes is theirs. */
  function varyMany(all: readonly Exclusion[]): Condition | null {
    const scopes = insideAny(all.map(({ scope }) => scope));
    const inside = vary(widest, all);
    return inside && { any: [{ all: [scopes, inside] }, { all: [{ not: scopes }, widest] }] };
  }

  function vary(form: Condition, candidates: readonly Exclusion[]): Condition | null {
    const [first, ...rest] = candidates;
    if (first === undefined) return form;
    const narrower = withoutTargets(form, first.except, isLate);
    // What has been left out on the way may be all that this entry leaves out.
    if (narrower === form) return vary(form, rest);
    forms.push(narrower);
    if (forms.length > MAX_FORMS) return null;
    const scope = insideAny([first.scope]);
    const inside = vary(
      narrower,
      rest.filter((other) => !areDisjoint(other.scope, first.scope)),
    );
    const outside = inside && vary(form, rest);
    if (inside === null || outside === null) return null;
    return anyOf([allOf([scope, inside]), allOf([{ not: scope }, outside])]);
  }
}

function relevantTo(when: Condition, exclusions: readonly Exclusion[]): readonly Exclusion[] {
  return exclusions.filter(({ except }) => withoutTargets(when, except) !== when);
}

/** Exclusions of one scope as one. */
function joined(exclusions: readonly Exclusion[]): readonly Exclusion[] {
  const byScope = new Map<string, Exclusion>();
  for (const { scope, except } of exclusions) {
    const key = scopeKey(scope);
    const known = byScope.get(key);
    byScope.set(key, { scope, except: [...(known?.except ?? []), ...except] });
  }
  return [...byScope.values()];
}
