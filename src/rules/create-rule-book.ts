import { type ChangeRunnerDeps, createChangeRunner, messageOf } from './change-runner.ts';
import { addRules } from './changes/add-rules.ts';
import { applyWafConfig } from './changes/apply-waf-config.ts';
import { approveRule } from './changes/approve-rule.ts';
import { applied, type Change } from './changes/change.ts';
import { removeRule } from './changes/remove-rule.ts';
import { replaceRule } from './changes/replace-rule.ts';
import { restoreRules } from './changes/restore-rules.ts';
import { switchAll, switchRule } from './changes/switch-off.ts';
import type { Diagnostic } from './diagnostic.ts';
import { refuses, toDiagnostic } from './fault.ts';
import { createGroupCommit } from './group-commit.ts';
import { type ConditionIndex, indexConditions } from './lint.ts';
import { listRules, type StaticRule } from './list-rules.ts';
import { mergeRules } from './merge.ts';
import type { Rule, WafConfig } from './model.ts';
import { type ReadRules, readRules } from './read-rules.ts';
import { finishRevision, takeRevision } from './revision-counter.ts';
import type {
  Accepted,
  MergedRules,
  Origin,
  Refused,
  RuleBook,
  Trial,
  WafConfigEdit,
} from './rule-book.ts';
import { RuleBookError } from './rule-book-error.ts';
import type { RuleDocument } from './rule-document.ts';
import { type DoorVerdict, examine } from './rule-door.ts';
import type { RuleStore } from './rule-store.ts';
import { createTrialBatch } from './trial-batch.ts';
import { createTuningBook } from './tuning/tuning-book.ts';
import { createDisplacedWarning } from './warn-displaced.ts';

export interface RuleBookDeps extends Omit<ChangeRunnerDeps, 'commits'> {
  readonly document: RuleStore;
  readonly trial: Trial;
}

/** A rule book that follows the shared document until it is closed. */
export type OpenRuleBook = RuleBook & { close(): Promise<void> };

/** Opens the rule book on the shared document. Rejects when the document cannot be watched. */
export async function createRuleBook(deps: RuleBookDeps): Promise<OpenRuleBook> {
  const { settings, now } = deps;
  const commits = await createGroupCommit(deps.document, now);
  const tryOut = createTrialBatch(deps.trial, trialConfig);
  const changes = createChangeRunner({ ...deps, commits });
  let present: {
    readonly document: RuleDocument;
    readonly list: readonly StaticRule[];
    readonly index: ConditionIndex;
  } | null = null;
  const warnDisplaced = createDisplacedWarning(deps.log);
  warnDisplaced(await list());
  const tuning = createTuningBook({
    changes,
    document: () => commits.current(),
    merged: async () => (await merged(now())).config,
    trial: deps.trial,
    now,
  });

  return {
    tuning,
    async submit(text, origin) {
      const read = readRules(text, { now: now(), origin: 'entry' });
      return enter(read, addRules(read.rules), origin);
    },
    async replace(id, text, origin) {
      const read = onlyOne(readRules(text, { now: now(), origin: 'entry', id }));
      const [first] = read.rules;
      if (first === undefined) return { ok: false, kind: 'invalid', diagnostics: read.diagnostics };
      return enter(read, replaceRule(id, first), origin);
    },
    remove: (id, origin) => changes.run(removeRule(id), origin),
    approve: (id, origin, ttlSeconds) => changes.run(approveRule(id, ttlSeconds), origin),
    async validate(text) {
      const read = readRules(text, { now: now(), origin: 'entry' });
      const anyone: Origin = { actor: '', source: 'http' };
      const { diagnostics } = await door(read, addRules(read.rules), anyone);
      return { rules: read.rules.map(({ rule }) => rule), diagnostics };
    },

    list,
    async get(id) {
      const found = (await list()).filter(({ rule }) => rule.id === id);
      return found.find(({ state }) => state === 'active') ?? found[0];
    },
    merged,

    kill(engaged, origin, ruleId, reason) {
      const wanted =
        ruleId === undefined ? switchAll(engaged, reason) : switchRule(ruleId, engaged, reason);
      return changes.run(wanted, origin, { lane: 'urgent' });
    },
    restore: (target, origin) => changes.run(restoreRules(target), origin),
    async applyWafConfig(edit, origin) {
      try {
        const diagnostics = [...(await tryRules(edit.rules)), ...(await tryTuning(edit))];
        if (refuses(diagnostics)) return { ok: false, kind: 'invalid', diagnostics };
        return await changes.run(applyWafConfig(edit), origin, { warnings: diagnostics });
      } catch (error) {
        return changes.busy(error);
      }
    },

    async touch(cause, origin) {
      const answer = await changes.run(() => applied([], cause), origin);
      if (answer.ok) {
        if (origin.source === 'file') warnDisplaced(await list());
        return answer;
      }
      const [why] = answer.diagnostics;
      throw new RuleBookError('WAF_ERR_RULE_STORE_UNAVAILABLE', why?.message ?? answer.kind);
    },
    take: () =>
      commits.commit(
        (draft) => {
          const before = draft.revisions;
          draft.revisions = takeRevision(before, draft.actor);
          const { releasing, taken, cause, queued_at } = draft.revisions;
          if (releasing === null) return { changed: false, value: null };
          const why = taken ?? { cause, queued_at, actor: draft.actor };
          const value = { revision: releasing, ...why, document: draft.document(now()) };
          return { changed: draft.revisions !== before, value };
        },
        { fresh: true },
      ),
    done: (revision) =>
      commits.commit((draft) => {
        const before = draft.revisions;
        draft.revisions = finishRevision(before, revision);
        return { changed: draft.revisions !== before, value: undefined };
      }),
    close: () => commits.close(),
  };

  async function merged(at: number): Promise<MergedRules> {
    const document = await commits.current();
    const staticRules = deps.staticRules.list();
    return mergeRules({ document, staticRules, settings: settings.waf, now: at });
  }

  async function list() {
    return listRules(await commits.current(), deps.staticRules.list(), now());
  }

  /** The door for rules as text: everything is looked at first, then all of it enters or nothing. */
  async function enter(
    read: ReadRules,
    entry: Change,
    origin: Origin,
  ): Promise<Accepted | Refused> {
    try {
      const { refused, diagnostics } = await door(read, entry, origin);
      if (refused !== null) return refused;
      return changes.run(entry, origin, { json: read.json, warnings: diagnostics });
    } catch (error) {
      return changes.busy(error);
    }
  }

  function door(read: ReadRules, entry: Change, origin: Origin): Promise<DoorVerdict> {
    return examine(read, {
      preview: () => changes.preview(entry, origin),
      tryOut: tryRules,
      present: conditions,
    });
  }

  /** The conditions of all rules that are there; kept until the document or the files change. */
  async function conditions(): Promise<ConditionIndex> {
    const document = await commits.current();
    const list = deps.staticRules.list();
    if (present?.document !== document || present.list !== list) {
      const rules = [...list, ...document.rules].map(({ rule }) => rule);
      present = { document, list, index: indexConditions(rules) };
    }
    return present.index;
  }

  async function tryRules(rules: readonly Rule[]): Promise<readonly Diagnostic[]> {
    try {
      return await tryOut(rules);
    } catch (error) {
      const message = `the rules could not be tried: ${messageOf(error)}`;
      throw new RuleBookError('WAF_ERR_RULE_TRIAL_UNAVAILABLE', message, { cause: error });
    }
  }

  /** Whether everything compiles with the tuning of an edit. */
  async function tryTuning({ tuning, rules, removed }: WafConfigEdit) {
    if (tuning === null) return [];
    const { config } = await merged(now());
    const gone = new Set([...removed, ...rules.map(({ id }) => id)]);
    const all = [...config.rules.filter(({ id }) => !gone.has(id)), ...rules];
    const bare = all.map(({ examples: _examples, ...rule }) => rule);
    return deps.trial.check({ ...config, rules: bare, tuning });
  }

  async function trialConfig(rules: readonly Rule[]): Promise<WafConfig> {
    const { thresholds, on_budget, max_steps } = (await commits.current()).settings ?? settings.waf;
    const sorted = [...rules].sort((a, b) => (a.id < b.id ? -1 : 1));
    return { version: 1, thresholds, on_budget, max_steps, rules: sorted };
  }
}

/** A replacement is one rule. */
function onlyOne(read: ReadRules): ReadRules {
  if (read.rules.length <= 1) return read;
  const fault = {
    code: 'WAF_ERR_RULE_TYPE',
    pointer: '',
    message: `expected one rule, found ${read.rules.length}`,
    hint: 'Send a single rule object.',
  } as const;
  return { ...read, rules: [], diagnostics: [...read.diagnostics, toDiagnostic(fault, read.json)] };
}
