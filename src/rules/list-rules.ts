import { canonicalDigest } from './canonical-digest.ts';
import { isExpired } from './lifetime.ts';
import type { Rule } from './model.ts';
import type { ListedRule } from './rule-book.ts';
import type { Hold, RuleDocument, StoredRule } from './rule-document.ts';
import { isActive } from './rule-table.ts';

/** A rule from a file. */
export interface StaticRule {
  readonly rule: Rule;
  readonly file: string;
}

/**
 * Every rule there is, static and dynamic, with its state at `now`, ordered by id. A static rule wins over
 * a dynamic one of the same id, because the file is the newer will of a person; a held static rule gives
 * way, which is how a rollback puts an earlier content in its place.
 */
export function listRules(
  document: RuleDocument,
  staticRules: readonly StaticRule[],
  now: number,
): ListedRule[] {
  const holds = indexHolds(document.holds);
  const listed: ListedRule[] = [];
  const dynamic = new Map(document.rules.map((stored) => [stored.rule.id, stored]));
  const taken = new Map<string, string>();
  for (const { rule, file } of staticRules) {
    const hold = holdOf(holds, rule);
    const state = stateOf(rule, hold, now);
    if (hold === undefined) taken.set(rule.id, file);
    const displaces = hold === undefined ? displacedBy(dynamic.get(rule.id), now) : {};
    const origin = { source: 'static', actor: 'file', added_at: null, file } as const;
    listed.push({ rule, ...origin, ...state, ...displaces });
  }
  for (const stored of document.rules) {
    const file = taken.get(stored.rule.id);
    listed.push({
      rule: stored.rule,
      source: 'dynamic',
      ...(stored.state === 'pending'
        ? { state: 'pending', ...(stored.reason === undefined ? {} : { reason: stored.reason }) }
        : file !== undefined
          ? { state: 'held', reason: `the rule file ${file} has this id` }
          : stateOf(stored.rule, holdOf(holds, stored.rule), now)),
      actor: stored.actor,
      added_at: stored.added_at,
      ...(stored.pending_version === undefined ? {} : { pending_version: stored.pending_version }),
    });
  }
  return listed.sort(byId);
}

/** Canonical order: ids are ASCII, so this is the order of their UTF-8 bytes; static before dynamic. */
function byId(a: ListedRule, b: ListedRule): number {
  if (a.rule.id !== b.rule.id) return a.rule.id < b.rule.id ? -1 : 1;
  return a.source === b.source ? 0 : a.source === 'static' ? -1 : 1;
}

/** What a file's rule takes the place of; a pending or expired rule would not have applied anyway. */
function displacedBy(stored: StoredRule | undefined, now: number): Pick<ListedRule, 'displaces'> {
  if (stored === undefined || !isActive(stored, now)) return {};
  const { actor, added_at, rule } = stored;
  return { displaces: { actor, added_at, rule } };
}

type State = Pick<ListedRule, 'state' | 'reason' | 'hold'>;

function stateOf(rule: Rule, hold: Hold | undefined, now: number): State {
  if (isExpired(rule, now)) return { state: 'expired', reason: `expired at ${rule.expires_at}` };
  if (hold !== undefined) return { state: 'held', reason: hold.reason, hold };
  return rule.mode === 'off' ? { state: 'off' } : { state: 'active' };
}

/** Holds by rule id. */
type HoldIndex = ReadonlyMap<string, readonly Hold[]>;

function indexHolds(holds: readonly Hold[]): HoldIndex {
  const index = new Map<string, Hold[]>();
  for (const hold of holds) index.set(hold.rule_id, [...(index.get(hold.rule_id) ?? []), hold]);
  return index;
}

/** The hold on this content of the rule, if any. */
function holdOf(holds: HoldIndex, rule: Rule): Hold | undefined {
  const candidates = holds.get(rule.id);
  if (candidates === undefined) return undefined;
  const digest = canonicalDigest(rule);
  return candidates.find((hold) => hold.digest === '*' || hold.digest === digest);
}
