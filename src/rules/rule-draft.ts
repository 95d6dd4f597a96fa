import { isExpired } from './lifetime.ts';
import { latestVersion } from './pending-version.ts';
import type { Hold, RuleDocument, StoredRule, StoredTuning } from './rule-document.ts';
import { RuleTable } from './rule-table.ts';

/** How long an expired rule is still listed, so that people can see what became of it. */
const EXPIRED_KEPT_MS = 3_600_000;

/**
 * The rule document while changes are applied to it. A change looks first and alters afterwards, so a
 * refused change leaves the draft as it was.
 */
export class RuleDraft {
  readonly rules: RuleTable;
  holds: readonly Hold[];
  tuning: readonly StoredTuning[];
  killSwitch: RuleDocument['kill_switch'];
  settings: RuleDocument['settings'];
  revisions: RuleDocument['revisions'];
  changedAt: number;
  actor: string;

  constructor(document: RuleDocument) {
    this.rules = new RuleTable(document.rules);
    this.holds = document.holds;
    this.tuning = document.tuning ?? [];
    this.killSwitch = document.kill_switch;
    this.settings = document.settings;
    this.revisions = document.revisions;
    this.changedAt = document.changed_at;
    this.actor = document.actor;
  }

  /** Takes out every hold on a rule that `keep` does not want to keep. */
  dropHolds(id: string, keep: (hold: Hold) => boolean = () => false): void {
    if (this.holds.some((hold) => hold.rule_id === id)) {
      this.holds = this.holds.filter((hold) => hold.rule_id !== id || keep(hold));
    }
  }

  /** The document to write: rules by id, without those that expired long ago. */
  document(now: number): RuleDocument {
    const isOver = ({ rule }: StoredRule) => isExpired(rule, now - EXPIRED_KEPT_MS);
    const rules = [...this.rules.values()]
      .map((stored) => (isOver(stored) ? latestVersion(stored) : stored))
      .filter((stored) => !isOver(stored));
    return {
      format: 1,
      rules: rules.sort((a, b) => (a.rule.id < b.rule.id ? -1 : 1)),
      holds: this.holds,
      ...(this.tuning.length === 0 ? {} : { tuning: this.tuning }),
      kill_switch: this.killSwitch,
      settings: this.settings,
      revisions: this.revisions,
      changed_at: this.changedAt,
      actor: this.actor,
    };
  }
}
