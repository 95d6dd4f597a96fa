import { renderPattern } from '../../pipeline/render-pattern.ts';
import type { Rule, RuleMode } from '../../rules/model.ts';
import type { ListedRule } from '../../rules/rule-book.ts';
import type { Tuning } from '../../rules/tuning/tuning.ts';
import { timestamp } from './timestamp.ts';

/** A rule in lists and by itself: what it does at a glance, where it comes from, and all of it. */
export interface RuleAnswer {
  readonly id: string;
  /** The condition for the human eye. */
  readonly pattern: string;
  /** `block`, `allow`, `log`, `ratelimit` or `score`. */
  readonly action: string;
  readonly mode: RuleMode;
  readonly source: ListedRule['source'];
  readonly state: ListedRule['state'];
  readonly reason?: string;
  readonly tags: readonly string[];
  readonly actor: string;
  readonly added_at: string | null;
  readonly expires_at: string | null;
  /** Of a static rule. */
  readonly file?: string;
  readonly hold?: { readonly reason: string; readonly actor: string; readonly at: string };
  /** Of a static rule: the dynamic rule of the same id that gives way to it. */
  readonly displaces?: { readonly actor: string; readonly added_at: string; readonly rule: Rule };
  /** Of a dynamic rule: a newer content that waits for approval. */
  readonly pending_version?: {
    readonly reason?: string;
    readonly actor: string;
    readonly updated_at: string;
    readonly rule: Rule;
  };
  /** Ids of the tuning entries that are about it. */
  readonly tuning?: readonly string[];
  readonly rule: Rule;
}

export function ruleAnswer(listed: ListedRule, tuning: readonly Tuning[] = []): RuleAnswer {
  const { rule, source, state, reason, actor, added_at, file, hold } = listed;
  const { displaces, pending_version: next } = listed;
  return {
    id: rule.id,
    pattern: renderPattern(rule),
    action: Object.keys(rule.action)[0] ?? '',
    mode: rule.mode,
    source,
    state,
    ...(reason === undefined ? {} : { reason }),
    tags: rule.tags,
    actor,
    added_at: added_at === null ? null : timestamp(added_at),
    expires_at: rule.expires_at ?? null,
    ...(file === undefined ? {} : { file }),
    ...(hold === undefined ? {} : { hold: { ...hold, at: timestamp(hold.at) } }),
    ...(displaces === undefined
      ? {}
      : { displaces: { ...displaces, added_at: timestamp(displaces.added_at) } }),
    ...(next === undefined
      ? {}
      : { pending_version: { ...next, updated_at: timestamp(next.updated_at) } }),
    ...(tuning.length === 0 ? {} : { tuning: tuning.map(({ id }) => id) }),
    rule,
  };
}
