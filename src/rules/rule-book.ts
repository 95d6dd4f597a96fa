import type { Diagnostic } from './diagnostic.ts';
import type { Rule, WafConfig } from './model.ts';
import type { Hold, PendingVersion, RuleDocument, RuleSetSettings } from './rule-document.ts';
import type { Tuning } from './tuning/tuning.ts';
import type { TuningBook } from './tuning/tuning-book.ts';

/**
 * The rule book: the one door by which rules enter, change and leave. Validates first, then applies in
 * one compare-and-set; marks the change for release afterwards. All writers use it: HTTP, files,
 * waf-config.json, generator, rollback.
 */
export interface RuleBook {
  /** Adds one, many or `{rules:[…]}`; accepted whole or not at all. Ids that exist are refused. */
  submit(text: string, origin: Origin): Promise<Accepted | Refused>;
  /** Replaces the dynamic rule `id` (the body's id must be equal or absent). */
  replace(id: string, text: string, origin: Origin): Promise<Accepted | Refused>;
  remove(id: string, origin: Origin): Promise<Accepted | Refused>;
  /** Activates a pending rule or lifts a hold; `ttlSeconds` counts from now. */
  approve(id: string, origin: Origin, ttlSeconds?: number): Promise<Accepted | Refused>;
  /** Everything that submit would check, and nothing changed. */
  validate(
    text: string,
  ): Promise<{ readonly rules: readonly Rule[]; readonly diagnostics: readonly Diagnostic[] }>;

  readonly tuning: TuningBook;

  list(): Promise<readonly ListedRule[]>;
  get(id: string): Promise<ListedRule | undefined>;
  /** The merge as of `now`: what a release made now would contain. */
  merged(now: number): Promise<MergedRules>;

  /**
   * Kill switch: for one rule (held) or, without id, for all (released in shadow mode). What a person
   * holds stays held whatever its content; what the release worker (`clock`) holds, until it changes.
   * `reason` is shown beside the switch, or as the reason of the held rule.
   */
  kill(
    engaged: boolean,
    origin: Origin,
    ruleId?: string,
    reason?: string,
  ): Promise<Accepted | Refused>;
  /**
   * Brings the book to agree with the rules of an earlier release: dynamic rules that it had and that
   * were changed or removed since are restored; rules that it did not have are held. Tuning becomes what it
   * was then; no rule is deleted.
   */
  restore(
    target: {
      readonly revision: string;
      readonly rules: readonly Rule[];
      readonly tuning?: readonly Tuning[];
    },
    origin: Origin,
  ): Promise<Accepted | Refused>;

  /** Applies what a person changed in `waf-config.json` as one change; nothing else is touched. */
  applyWafConfig(edit: WafConfigEdit, origin: Origin): Promise<Accepted | Refused>;

  /** Marks something else than a rule as changed (a static file, a setting, an expiry, an upload). */
  touch(cause: string, origin: Origin): Promise<Accepted>;
  /** See RevisionCounter. `take` returns null when nothing is open or releasing. */
  take(): Promise<TakenRelease | null>;
  done(revision: number): Promise<void>;
}

/** The difference between `waf-config.json` as it was written and as a person left it. */
export interface WafConfigEdit {
  /** New rules and rules with other content. */
  readonly rules: readonly Rule[];
  readonly removed: readonly string[];
  /** null: not touched. */
  readonly settings: RuleSetSettings | null;
  /** All entries, in their order; null: not touched. */
  readonly tuning: readonly Tuning[] | null;
}

/** Who brings a change and by which way. */
export interface Origin {
  readonly actor: string;
  readonly source:
    | 'http'
    | 'file'
    | 'waf-config'
    | 'generator'
    | 'rollback'
    | 'clock'
    | 'cli'
    | 'nats';
}

export interface Accepted {
  readonly ok: true;
  readonly ids: readonly string[];
  /** Revision number that the change will be part of; null when nothing has to be released. */
  readonly revision: number | null;
  readonly pending: readonly string[];
  readonly warnings: readonly Diagnostic[];
}

export interface Refused {
  readonly ok: false;
  /** invalid → 400/422, unknown → 404, conflict → 409, full → 409, busy → 503. */
  readonly kind: 'invalid' | 'unknown' | 'conflict' | 'full' | 'busy';
  readonly diagnostics: readonly Diagnostic[];
}

export interface ListedRule {
  readonly rule: Rule;
  readonly source: 'static' | 'dynamic';
  readonly state: 'active' | 'pending' | 'held' | 'expired' | 'off';
  readonly reason?: string;
  readonly actor: string;
  readonly added_at: number | null;
  /** The file of a static rule. */
  readonly file?: string;
  readonly hold?: Hold;
  /** Of a static rule: the dynamic rule of the same id that gives way to it. */
  readonly displaces?: { readonly actor: string; readonly added_at: number; readonly rule: Rule };
  /** Of a dynamic rule: a newer content that waits for approval. */
  readonly pending_version?: PendingVersion;
}

export interface MergedRules {
  readonly config: WafConfig;
  readonly source: ReadonlyMap<string, 'static' | 'dynamic'>;
  /** The next instant (ms) at which a rule expires, so that somebody can touch the book then. */
  readonly nextExpiry: number | null;
}

export interface TakenRelease {
  readonly revision: number;
  readonly cause: string;
  readonly actor: string;
  readonly queued_at: number;
  readonly document: RuleDocument;
}

/** Compiles rules and runs their examples in the real engine. Implemented by the pipeline. */
export interface Trial {
  /** Diagnostics carry `rule_id` and a pointer into `config`. */
  check(config: WafConfig): Promise<readonly Diagnostic[]>;
}

/** Marks the rule set as changed, after the change is stored. Implemented by the pipeline's queue. */
export interface ChangeMarker {
  mark(lane: 'normal' | 'urgent'): Promise<void>;
}
