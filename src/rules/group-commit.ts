import { setTimeout as pause } from 'node:timers/promises';
import type { RuleDocument } from './rule-document.ts';
import { RuleDraft } from './rule-draft.ts';
import { EMPTY_DOCUMENT, type RuleStore, type VersionedRules } from './rule-store.ts';

/** Alters the draft and says whether it did. Runs again on a newer draft after a conflict. */
export type Operation<T> = (draft: RuleDraft) => { readonly changed: boolean; readonly value: T };

export interface GroupCommit {
  /**
   * Applies an operation to the shared document. Operations that arrive while a write is under way are
   * folded into the next one. Rejects with `StoreConflict` after too many lost races, with the store's
   * error when it fails, and with the operation's own error when that throws.
   */
  commit<T>(operation: Operation<T>, options?: { readonly fresh?: boolean }): Promise<T>;
  /** The latest document known here; empty when none was ever written. */
  current(): Promise<RuleDocument>;
  close(): Promise<void>;
}

/** Other writers were faster each time. */
export class StoreConflict extends Error {}

/** Writes one group may lose against other orchestrators before it gives up. */
const MAX_ATTEMPTS = 50;
/** Operations folded into one write. */
const MAX_GROUP = 500;
/**
 * A writer that goes on from its own last write needs one round trip, one that lost needs two and the
 * time between. Without a gap the loser would lose for as long as the winner has work.
 */
const GAP_ROUND_TRIPS = 3;
const MAX_GAP_MS = 100;

interface Waiting {
  readonly operation: Operation<unknown>;
  readonly fresh: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Applied {
  /** null when nothing changed. */
  readonly document: RuleDocument | null;
  readonly settle: () => void;
}

/** Joins the operations of this process into few compare-and-set writes, and keeps a copy of the document. */
export async function createGroupCommit(store: RuleStore, now: () => number): Promise<GroupCommit> {
  const waiting: Waiting[] = [];
  let cache: VersionedRules | undefined;
  let working = false;
  let roundTripMs = 0;
  const stop = await store.watch((latest) => {
    if (cache === undefined || latest.version > cache.version) cache = latest;
  });

  return {
    commit<T>(operation: Operation<T>, { fresh = false } = {}) {
      return new Promise<T>((resolve, reject) => {
        waiting.push({ operation, fresh, resolve: resolve as Waiting['resolve'], reject });
        if (!working) void work();
      });
    },
    async current() {
      return (cache ?? (await refresh())).value;
    },
    close: stop,
  };

  async function work(): Promise<void> {
    working = true;
    // One turn of the loop, so that operations issued together form one group.
    await Promise.resolve();
    while (waiting.length > 0) {
      const group = waiting.splice(0, MAX_GROUP);
      try {
        await commitGroup(group);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
      if (waiting.length > 0) await leaveGap();
    }
    working = false;
  }

  async function commitGroup(group: readonly Waiting[]): Promise<void> {
    let base = cache === undefined || group.some(({ fresh }) => fresh) ? await refresh() : cache;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const { document, settle } = apply(group, base.value);
      if (document === null) return settle();
      const started = performance.now();
      const version = await store.write(document, base.version);
      roundTripMs = performance.now() - started;
      if (version !== 'conflict') {
        if (cache === undefined || version > cache.version) cache = { value: document, version };
        return settle();
      }
      base = await refresh();
    }
    throw new StoreConflict(`${MAX_ATTEMPTS} writes in a row lost against other writers`);
  }

  /** Lets other orchestrators write; jitter keeps two of them from meeting again and again. */
  function leaveGap(): Promise<void> {
    return pause(Math.min(MAX_GAP_MS, roundTripMs * GAP_ROUND_TRIPS) * (0.5 + Math.random()));
  }

  /** An operation that throws is rejected, and the others run again on a draft that it never touched. */
  function apply(group: readonly Waiting[], base: RuleDocument): Applied {
    const draft = new RuleDraft(base);
    let changed = false;
    const settlements: (() => void)[] = [];
    for (const entry of group) {
      try {
        const result = entry.operation(draft);
        changed ||= result.changed;
        settlements.push(() => entry.resolve(result.value));
      } catch (error) {
        entry.reject(error);
        return apply(
          group.filter((other) => other !== entry),
          base,
        );
      }
    }
    const settle = () => {
      for (const settlement of settlements) settlement();
    };
    return { document: changed ? draft.document(now()) : null, settle };
  }

  async function refresh(): Promise<VersionedRules> {
    const latest = await store.read();
    cache = latest ?? { value: EMPTY_DOCUMENT, version: 0 };
    return cache;
  }
}
