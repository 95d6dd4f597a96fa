import type { Condition, Rule } from '../../rules/model.ts';
import type { Tuning } from '../../rules/tuning/tuning.ts';
import { allOf, anyOf, insideAny, isEverywhere } from './scope-condition.ts';
import type { TunedRule } from './tuned-rule.ts';
import { varyCondition } from './vary-condition.ts';

/**
 * What becomes of a rule under the entries that select it: itself, nothing, one rule with a longer
 * condition, or two with the same id of which one is in shadow mode. `too-many-forms` when exclusions of
 * paths that overlap would multiply. Paranoia entries select every rule.
 */
export function tuneRule(
  rule: Rule,
  entries: readonly Tuning[],
): readonly TunedRule[] | 'too-many-forms' {
  const off = entries.filter(({ mode }) => mode === 'off');
  if (off.some(isEverywhere)) return [];
  const allowed = paranoiaCondition(rule.paranoia ?? 1, entries);
  if (allowed === false) return [];
  const exclusions = entries.flatMap(({ path, method, except }) =>
    except === undefined ? [] : [{ scope: scopeOf({ path, method }), except }],
  );
  const varied = varyCondition(rule.when, exclusions);
  if (varied === null) return 'too-many-forms';
  const guards: readonly Condition[] = [
    ...(off.length === 0 ? [] : [{ not: insideAny(off) }]),
    ...(allowed === true ? [] : [allowed]),
  ];
  const [widest] = varied.forms;
  const { wokenBy } = varied;
  const tuned = (more: readonly Condition[], mode: Rule['mode']): TunedRule => {
    const when = allOf([varied.when, ...guards, ...more]);
    if (when === rule.when && mode === rule.mode) return rule;
    if (when === widest) return { ...rule, when, mode };
    return { ...rule, when, mode, wokenBy, widest: widest! };
  };
  const shadow = entries.filter(({ mode }) => mode === 'shadow');
  if (rule.mode !== 'enforce' || shadow.length === 0) return [tuned([], rule.mode)];
  if (shadow.some(isEverywhere)) return [tuned([], 'shadow')];
  const inside = insideAny(shadow);
  return [tuned([{ not: inside }], 'enforce'), tuned([inside], 'shadow')];
}

/** The first paranoia entry whose scope a request is in decides; in none, the rule applies. */
function paranoiaCondition(level: number, entries: readonly Tuning[]): Condition | boolean {
  const deciding = entries.filter(({ paranoia }) => paranoia !== undefined);
  return deciding.reduceRight<Condition | boolean>((otherwise, entry) => {
    const applies = level <= entry.paranoia!;
    if (isEverywhere(entry)) return applies;
    const inside = insideAny([entry]);
    if (applies)
      return otherwise === true || (otherwise === false ? inside : anyOf([inside, otherwise]));
    if (otherwise === false) return false;
    return otherwise === true ? { not: inside } : allOf([{ not: inside }, otherwise]);
  }, true);
}

function scopeOf({
  path,
  method,
}: Pick<Tuning, 'path' | 'method'>): Pick<Tuning, 'path' | 'method'> {
  return { ...(path === undefined ? {} : { path }), ...(method === undefined ? {} : { method }) };
}
