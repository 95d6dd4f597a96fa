import { expiresAt } from './lifetime.ts';
import type { StoredRule } from './rule-document.ts';

/**
 * The stored rules by id, on their way from one document to the next. What the document has is indexed
 * once and shared by all tables made of it; a table keeps only what differs, so that looking whether a
 * rule may enter costs the same with ten rules and with ten thousand.
 */
export class RuleTable {
  private readonly base: Base;
  /** null: taken out. */
  private readonly changes = new Map<string, StoredRule | null>();

  constructor(stored: readonly StoredRule[]) {
    this.base = baseOf(stored);
  }

  get(id: string): StoredRule | undefined {
    const changed = this.changes.get(id);
    return changed === undefined ? this.base.byId.get(id) : (changed ?? undefined);
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  set(id: string, stored: StoredRule): void {
    this.changes.set(id, stored);
  }

  /** True when the rule was there. */
  delete(id: string): boolean {
    const there = this.has(id);
    if (there) this.changes.set(id, null);
    return there;
  }

  *values(): Generator<StoredRule> {
    for (const [id, stored] of this.base.byId) if (!this.changes.has(id)) yield stored;
    for (const stored of this.changes.values()) if (stored !== null) yield stored;
  }

  get size(): number {
    let size = this.base.byId.size;
    for (const [id, stored] of this.changes) {
      size += Number(stored !== null) - Number(this.base.byId.has(id));
    }
    return size;
  }

  /** How many rules are active and not expired at `now` (ms). */
  countActive(now: number): number {
    let count = countOf(this.base, now);
    for (const [id, stored] of this.changes) {
      const before = this.base.byId.get(id);
      if (before !== undefined && isActive(before, now)) count--;
      if (stored !== null && isActive(stored, now)) count++;
    }
    return count;
  }
}

/** Whether a stored rule occupies one of the places of `max_active_rules`. */
export function isActive({ rule, state }: StoredRule, now: number): boolean {
  return state === 'active' && (expiresAt(rule) ?? Number.POSITIVE_INFINITY) > now;
}

interface Base {
  readonly byId: ReadonlyMap<string, StoredRule>;
  /** The latest count, right for every instant in [from, until). */
  active: { readonly count: number; readonly from: number; readonly until: number } | null;
}

const bases = new WeakMap<readonly StoredRule[], Base>();

function baseOf(stored: readonly StoredRule[]): Base {
  let base = bases.get(stored);
  if (base === undefined) {
    base = { byId: new Map(stored.map((entry) => [entry.rule.id, entry])), active: null };
    bases.set(stored, base);
  }
  return base;
}

function countOf(base: Base, now: number): number {
  if (base.active === null || now < base.active.from || now >= base.active.until) {
    const active = [...base.byId.values()].filter((stored) => isActive(stored, now));
    const ends = active.map(({ rule }) => expiresAt(rule) ?? Number.POSITIVE_INFINITY);
    const until = ends.reduce((first, end) => Math.min(first, end), Number.POSITIVE_INFINITY);
    base.active = { count: active.length, from: now, until };
  }
  return base.active.count;
}
