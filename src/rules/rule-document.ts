import type { BudgetPolicy, Rule } from './model.ts';
import type { Tuning } from './tuning/tuning.ts';

/**
 * The durable state of the control plane: one shared JSON document (JetStream KV bucket
 * `secbeat_rules`, key `rules`, gzip), changed by compare-and-set. Static rules are not in it; they
 * live in files.
 */
export interface RuleDocument {
  readonly format: 1;
  readonly rules: readonly StoredRule[];
  /** Rules that must not be released, static or dynamic: what a rollback or the kill switch took out. */
  readonly holds: readonly Hold[];
  /** Kill switch for all rules: everything is released in shadow mode. */
  /** In the order in which they count; absent in documents from before there was tuning. */
  readonly tuning?: readonly StoredTuning[];
  readonly kill_switch: KillSwitch;
  /** Overrides of `[waf]` in the settings, from a hand-edited waf-config.json; null: none. */
  readonly settings: RuleSetSettings | null;
  readonly revisions: RevisionCounter;
  /** The latest change, milliseconds since the epoch, and who made it. */
  readonly changed_at: number;
  readonly actor: string;
}

export interface KillSwitch {
  readonly engaged: boolean;
  readonly actor: string;
  readonly at: number;
  /** Why it was engaged or released, in the words of who did it. */
  readonly reason?: string;
}

export interface RuleSetSettings {
  readonly thresholds: Readonly<Record<string, number>>;
  readonly on_budget: BudgetPolicy;
  readonly max_steps: number;
}

/** A tuning entry, who brought it and when (ms). */
export interface StoredTuning {
  readonly entry: Tuning;
  readonly actor: string;
  readonly added_at: number;
  readonly updated_at: number;
}

export interface StoredRule {
  readonly rule: Rule;
  /** `pending` rules wait for approval. */
  readonly state: 'active' | 'pending';
  /** Why it is pending: `auto_deploy` is off, or confidence is below `min_confidence`. */
  readonly reason?: string;
  readonly actor: string;
  readonly added_at: number;
  readonly updated_at: number;
  /** A newer content that waits for approval; until then `rule` stays in force. */
  readonly pending_version?: PendingVersion;
}

/** The content that a replacement brought, and who brought it when (ms). */
export type PendingVersion = Pick<StoredRule, 'rule' | 'reason' | 'actor' | 'updated_at'>;

/** Holds one content of one rule: a rule whose content changes is no longer held. */
export interface Hold {
  readonly rule_id: string;
  /** `sha256:<hex>` of the rule's canonical JSON; '*' holds whatever content. */
  readonly digest: string;
  readonly reason: string;
  readonly actor: string;
  readonly at: number;
}

/**
 * Revisions are promised when a change is accepted and kept when it is released:
 *
 *   submit   open ??= ++last          → "will be part of v<open>"
 *   take     if releasing is null: releasing = open; open = null
 *   done     releasing = null
 *
 * A worker that dies between take and done leaves `releasing`; the next one takes it up again, and `open`
 * stays for the release after it, so that every promised revision comes to be.
 */
export interface RevisionCounter {
  readonly last: number;
  readonly open: number | null;
  readonly releasing: number | null;
  /** Why the open release exists and when its first change was accepted. */
  readonly cause: string;
  readonly queued_at: number;
  /** The same of the release in `releasing`, and who asked for it. */
  readonly taken?: { readonly cause: string; readonly queued_at: number; readonly actor: string };
}
