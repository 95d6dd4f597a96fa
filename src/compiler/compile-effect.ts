import {
  ACTION_ALLOW,
  ACTION_ALLOW_SOME,
  ACTION_BLOCK,
  ACTION_LOG,
  ACTION_RATELIMIT,
  ACTION_SCORE,
} from '../config/layout.gen.ts';
import type { Action, Rule } from '../rules/model.ts';
import type { RuleRange } from './program-model.ts';

/** The action code of a rule. Parameters such as a status stay with the host. */
export function actionCode(action: Action): number {
  if ('block' in action) return ACTION_BLOCK;
  if ('log' in action) return ACTION_LOG;
  if ('ratelimit' in action) return ACTION_RATELIMIT;
  if ('score' in action) return ACTION_SCORE;
  return action.allow.skip === 'all' ? ACTION_ALLOW : ACTION_ALLOW_SOME;
}

/** The rules that a partial allow rule takes out, as ranges of rule indexes; never the rule itself. */
export function skippedRanges(
  rule: Rule,
  rules: readonly { readonly rule: Rule }[],
): readonly RuleRange[] {
  if (!('allow' in rule.action) || rule.action.allow.skip === 'all') return [];
  const tags = new Set(rule.action.allow.skip.tags);
  const ids = new Set(rule.action.allow.skip.ids);
  const ranges: [number, number][] = [];
  rules.forEach(({ rule: other }, index) => {
    if (other === rule || !(ids.has(other.id) || other.tags.some((tag) => tags.has(tag)))) return;
    const previous = ranges.at(-1);
    if (previous !== undefined && previous[1] === index - 1) previous[1] = index;
    else ranges.push([index, index]);
  });
  return ranges;
}
