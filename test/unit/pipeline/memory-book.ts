import type { Document } from '../../../src/fleet/document.ts';
import type { Rule, WafConfig } from '../../../src/rules/model.ts';
import type { RuleBook } from '../../../src/rules/rule-book.ts';
import type { RuleDocument } from '../../../src/rules/rule-document.ts';
import { EMPTY_DOCUMENT } from '../../../src/rules/rule-store.ts';
import { memoryDocument } from './memory-fleet.ts';

type Changes = Pick<RuleBook, 'take' | 'done' | 'merged' | 'kill' | 'touch' | 'restore'>;

/** The part of a rule book that the pipeline sees, over a document that several may share. */
export interface MemoryBook extends Changes {
  readonly document: Document<RuleDocument> & { current(): RuleDocument | undefined };
  /** Accepts rules as the real book would, and returns the promised revision. */
  add(...rules: Rule[]): Promise<number>;
}

export function memoryBook(document = memoryDocument<RuleDocument>(EMPTY_DOCUMENT)): MemoryBook {
  const change = async (edit: (value: RuleDocument) => RuleDocument): Promise<RuleDocument> => {
    for (;;) {
      const current = await document.read();
      const value = edit(current?.value ?? EMPTY_DOCUMENT);
      if ((await document.write(value, current?.version ?? 0)) !== 'conflict') return value;
    }
  };
  const opened = (value: RuleDocument, cause: string): RuleDocument => {
    const { last, open } = value.revisions;
    const revisions =
      open === null
        ? { ...value.revisions, last: last + 1, open: last + 1, cause, queued_at: 1_000 }
        : value.revisions;
    return { ...value, revisions };
  };
  const accept = (value: RuleDocument, ids: string[] = []) => ({
    ok: true as const,
    ids,
    revision: value.revisions.open,
    pending: [],
    warnings: [],
  });
  const hold = (value: RuleDocument, id: string): RuleDocument => ({
    ...value,
    holds: [...value.holds, { rule_id: id, digest: '*', reason: 'held', actor: '', at: 0 }],
  });

  return {
    document,
    async add(...rules) {
      const value = await change((before) =>
        opened({ ...before, rules: [...before.rules, ...rules.map(stored)] }, 'rules'),
      );
      return value.revisions.open ?? 0;
    },
    async touch(cause) {
      return accept(await change((value) => opened(value, cause)));
    },
    async kill(engaged, { actor }, id) {
      const value = await change((before) =>
        opened(
          id === undefined
            ? { ...before, kill_switch: { engaged, actor, at: 0 } }
            : hold(before, id),
          'kill-switch',
        ),
      );
      return accept(value);
    },
    async restore({ rules }) {
      const wanted = new Map(rules.map((rule) => [rule.id, rule]));
      const value = await change((before) => {
        const extra = before.rules.filter(({ rule }) => !wanted.has(rule.id));
        const held = extra.reduce((document, { rule }) => hold(document, rule.id), before);
        const kept = before.rules.map((each) => ({
          ...each,
          rule: wanted.get(each.rule.id) ?? each.rule,
        }));
        return opened({ ...held, rules: kept }, 'rollback');
      });
      return accept(value);
    },
    async merged() {
      return { config: merge((await document.read())?.value ?? EMPTY_DOCUMENT), ...NO_SOURCES };
    },
    async take() {
      let taken: RuleDocument | undefined;
      await change((value) => {
        const { open, releasing } = value.revisions;
        taken = undefined;
        if (open === null && releasing === null) return value;
        taken =
          releasing === null
            ? { ...value, revisions: { ...value.revisions, releasing: open, open: null } }
            : value;
        return taken;
      });
      if (taken === undefined) return null;
      const { revisions, actor } = taken;
      const { cause, queued_at } = revisions;
      return { revision: revisions.releasing ?? 0, cause, actor, queued_at, document: taken };
    },
    async done(revision) {
      await change((value) =>
        value.revisions.releasing === revision
          ? { ...value, revisions: { ...value.revisions, releasing: null } }
          : value,
      );
    },
  };
}

const NO_SOURCES = { source: new Map<string, 'static' | 'dynamic'>(), nextExpiry: null };

function stored(rule: Rule) {
  return { rule, state: 'active' as const, actor: 'test', added_at: 0, updated_at: 0 };
}

function merge(value: RuleDocument): WafConfig {
  const held = new Set(value.holds.map(({ rule_id }) => rule_id));
  const shadow = value.kill_switch.engaged ? { mode: 'shadow' as const } : {};
  return {
    version: 1,
    thresholds: {},
    on_budget: 'block',
    max_steps: 1_000_000,
    rules: value.rules
      .filter(({ rule }) => !held.has(rule.id))
      .map(({ rule }) => ({ ...rule, ...shadow }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** A rule that blocks URIs which contain `text`. */
export function uriRule(id: string, text = `/${id}`, more: Partial<Rule> = {}): Rule {
  return {
    v: 1,
    id,
    tags: [],
    severity: 'warning',
    mode: 'enforce',
    priority: 0,
    action: { block: { status: 403 } },
    when: { target: ['uri'], op: 'contains', value: text, ignore_case: true },
    ...more,
  };
}
