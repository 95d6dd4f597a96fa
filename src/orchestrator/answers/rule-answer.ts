import { renderPattern } from '../../pipeline/render-pattern.ts';
import type { ListedRule } from '../../rules/rule-book.ts';
import { timestamp } from './timestamp.ts';

/** A rule in lists and by itself: what it does at a glance, where it comes from, and all of it. */
export function ruleAnswer(listed: ListedRule): object {
  const { rule, source, state, reason, actor, added_at, file, hold } = listed;
  return {
    id: rule.id,
    pattern: renderPattern(rule),
    action: Object.keys(rule.action)[0],
    mode: rule.mode,
    source,
    state,
    reason,
    tags: rule.tags,
    actor,
    added_at: added_at === null ? null : timestamp(added_at),
    expires_at: rule.expires_at ?? null,
    file,
    hold: hold === undefined ? undefined : { ...hold, at: timestamp(hold.at) },
    rule,
  };
}
