import type { DynamicRuleSettings } from '../config/settings.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Change, ChangeContext, Outcome } from './changes/change.ts';
import type { Diagnostic } from './diagnostic.ts';
import { toDiagnostic } from './fault.ts';
import { type GroupCommit, StoreConflict } from './group-commit.ts';
import type { JsonText } from './json-text.ts';
import type { StaticRule } from './list-rules.ts';
import { openRevision } from './revision-counter.ts';
import type { Accepted, ChangeMarker, Origin, Refused } from './rule-book.ts';
import type { RuleSetSettings } from './rule-document.ts';
import { RuleDraft } from './rule-draft.ts';

export interface ChangeRunnerDeps {
  readonly commits: GroupCommit;
  readonly staticRules: { list(): readonly StaticRule[] };
  readonly marker: ChangeMarker;
  readonly settings: { readonly waf: RuleSetSettings; readonly dynamicRules: DynamicRuleSettings };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
}

export interface ChangeOptions {
  readonly lane?: 'normal' | 'urgent';
  /** The text that the change came in, for positions. */
  readonly json?: JsonText | null;
  /** What the door had to say. */
  readonly warnings?: readonly Diagnostic[];
}

export interface ChangeRunner {
  /** Writes a change, promises it to a revision, and marks it for release. */
  run(change: Change, origin: Origin, options?: ChangeOptions): Promise<Accepted | Refused>;
  /** What would become of a change now. */
  preview(change: Change, origin: Origin): Promise<Outcome>;
  /** The answer when the store or the trial does not answer. */
  busy(error: unknown): Refused;
}

/** Carries changes out: first the store, then the queue. */
export function createChangeRunner(deps: ChangeRunnerDeps): ChangeRunner {
  const { commits, marker, settings, now, log } = deps;
  let files: { list: readonly StaticRule[]; byId: ReadonlyMap<string, StaticRule> } | null = null;

  return { run, preview, busy };

  async function run(
    change: Change,
    origin: Origin,
    { lane = 'normal', json, warnings = [] }: ChangeOptions = {},
  ): Promise<Accepted | Refused> {
    try {
      const { outcome, revision } = await commits.commit((draft) => apply(change, draft, origin));
      if (!outcome.ok) {
        const diagnostics = outcome.faults.map((fault) => toDiagnostic(fault, json));
        return { ok: false, kind: outcome.kind, diagnostics };
      }
      const { ids, pending } = outcome;
      const named = ids.length === 0 ? {} : { ids: ids.slice(0, 20), count: ids.length };
      log.info({ ...named, revision, ...origin }, 'rules changed');
      const delayed = revision === null ? [] : await mark(lane);
      return { ok: true, ids, pending, revision, warnings: [...warnings, ...delayed] };
    } catch (error) {
      return busy(error);
    }
  }

  async function preview(change: Change, origin: Origin): Promise<Outcome> {
    return change(new RuleDraft(await commits.current()), context(origin));
  }

  function apply(
    change: Change,
    draft: RuleDraft,
    origin: Origin,
  ): { changed: boolean; value: { outcome: Outcome; revision: number | null } } {
    const outcome = change(draft, context(origin));
    if (!outcome.ok || outcome.effect === 'none') {
      return { changed: false, value: { outcome, revision: null } };
    }
    draft.changedAt = now();
    draft.actor = origin.actor;
    if (outcome.effect === 'stored') return { changed: true, value: { outcome, revision: null } };
    draft.revisions = openRevision(draft.revisions, outcome.effect.cause, now());
    return { changed: true, value: { outcome, revision: draft.revisions.open } };
  }

  function context(origin: Origin): ChangeContext {
    const list = deps.staticRules.list();
    if (files?.list !== list) {
      files = { list, byId: new Map(list.map((entry) => [entry.rule.id, entry])) };
    }
    const { dynamicRules: limits, waf } = settings;
    return { now: now(), origin, staticRules: files.byId, limits, waf };
  }

  /** The change is durable already: a queue that is down delays its release and does not undo it. */
  async function mark(lane: 'normal' | 'urgent'): Promise<Diagnostic[]> {
    try {
      await marker.mark(lane);
      return [];
    } catch (error) {
      log.warn({ err: error, lane }, 'the change is stored and could not be marked for release');
      return [
        toDiagnostic({
          code: 'WAF_ERR_RULE_RELEASE_DELAYED',
          severity: 'warning',
          pointer: '',
          message: `the change is stored; its release is delayed because the queue does not answer (${messageOf(error)})`,
          hint: 'Nothing to do: the change is released as soon as the queue is back.',
        }),
      ];
    }
  }

  function busy(error: unknown): Refused {
    log.error({ err: error }, 'a change of the rules failed');
    const code = error instanceof StoreConflict ? 'WAF_ERR_RULE_STORE_BUSY' : codeOf(error);
    const hint = 'Try again; GET /api/v1/rules shows what is stored.';
    const fault = { code, pointer: '', message: messageOf(error), hint };
    return { ok: false, kind: 'busy', diagnostics: [toDiagnostic(fault)] };
  }
}

/** The store's own code, when it has one of ours. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  const ours = typeof code === 'string' && code.startsWith('WAF_ERR_');
  return ours ? code : 'WAF_ERR_RULE_STORE_UNAVAILABLE';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
