import type { ChangeRunner } from '../change-runner.ts';
import type { Change } from '../changes/change.ts';
import { addTuning, removeTuning, replaceTuning } from '../changes/change-tuning.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { refuses, toDiagnostic } from '../fault.ts';
import type { Rule, WafConfig } from '../model.ts';
import type { Accepted, Origin, Refused, Trial } from '../rule-book.ts';
import type { RuleDocument, StoredTuning } from '../rule-document.ts';
import { type ReadTuning, readTuning } from './read-tuning.ts';
import { affectedRules, lintTuning, tuningOf } from './select-rules.ts';
import type { Tuning } from './tuning.ts';

/** The entries of `tuning`: read, tried with all rules that are there, stored, released. */
export interface TuningBook {
  list(): Promise<readonly ListedTuning[]>;
  get(id: string): Promise<ListedTuning | undefined>;
  /** The entries that are about a rule now. */
  of(rule: Rule): Promise<readonly Tuning[]>;
  /** Adds one, many or `{tuning:[…]}`; accepted whole or not at all. */
  submit(text: string, origin: Origin): Promise<Accepted | Refused>;
  /** Replaces the entry `id` (the body's id must be equal or absent). */
  replace(id: string, text: string, origin: Origin): Promise<Accepted | Refused>;
  remove(id: string, origin: Origin): Promise<Accepted | Refused>;
  /** Everything that submit would check, and nothing changed. */
  validate(text: string): Promise<{
    readonly entries: readonly CheckedTuning[];
    readonly diagnostics: readonly Diagnostic[];
  }>;
}

export interface CheckedTuning {
  readonly entry: Tuning;
  /** Ids of the rules that the entry is about as of now. */
  readonly rules: readonly string[];
}

export interface ListedTuning extends CheckedTuning, StoredTuning {}

export interface TuningBookDeps {
  readonly changes: ChangeRunner;
  readonly document: () => Promise<RuleDocument>;
  /** What a release made now would contain. */
  readonly merged: () => Promise<WafConfig>;
  readonly trial: Trial;
  readonly now: () => number;
}

export function createTuningBook(deps: TuningBookDeps): TuningBook {
  const { changes, now } = deps;

  return {
    list,
    async get(id) {
      return (await list()).find(({ entry }) => entry.id === id);
    },
    async of(rule) {
      const { tuning = [] } = await deps.document();
      return tuningOf(
        rule,
        tuning.map(({ entry }) => entry),
        now(),
      );
    },
    async submit(text, origin) {
      const read = readTuning(text, { now: now(), origin: 'entry' });
      return enter(read, addTuning(read.entries, placeIn(read)), origin);
    },
    async replace(id, text, origin) {
      const read = onlyOne(readTuning(text, { now: now(), origin: 'entry', id }));
      const [entry] = read.entries;
      if (entry === undefined) {
        return { ok: false, kind: 'invalid', diagnostics: read.diagnostics };
      }
      return enter(read, replaceTuning(id, entry), origin);
    },
    remove: (id, origin) => changes.run(removeTuning(id), origin),
    async validate(text) {
      const read = readTuning(text, { now: now(), origin: 'entry' });
      const { rules } = await deps.merged();
      const entries = read.entries.map((entry) => ({ entry, rules: affectedRules(entry, rules) }));
      const change = addTuning(read.entries, placeIn(read));
      const { diagnostics } = await examine(read, change, { actor: '', source: 'http' });
      return { entries, diagnostics };
    },
  };

  async function list(): Promise<readonly ListedTuning[]> {
    const { tuning = [] } = await deps.document();
    const rules = tuning.length === 0 ? [] : (await deps.merged()).rules;
    return tuning.map((each) => ({ ...each, rules: affectedRules(each.entry, rules) }));
  }

  async function enter(
    read: ReadTuning,
    change: Change,
    origin: Origin,
  ): Promise<Accepted | Refused> {
    try {
      const { kind, diagnostics } = await examine(read, change, origin);
      if (refuses(diagnostics)) return { ok: false, kind, diagnostics };
      return changes.run(change, origin, { json: read.json, warnings: diagnostics });
    } catch (error) {
      return changes.busy(error);
    }
  }

  /** What the entries say of themselves, what the book says to them, and whether all rules compile. */
  async function examine(
    read: ReadTuning,
    change: Change,
    origin: Origin,
  ): Promise<{ readonly kind: Refused['kind']; readonly diagnostics: readonly Diagnostic[] }> {
    if (refuses(read.diagnostics)) return { kind: 'invalid', diagnostics: read.diagnostics };
    const outcome = await changes.preview(change, origin);
    if (!outcome.ok) {
      const faults = outcome.faults.map((fault) => toDiagnostic(fault, read.json));
      return { kind: outcome.kind, diagnostics: [...read.diagnostics, ...faults] };
    }
    const config = await deps.merged();
    const tried = await tryWith(config, read);
    const linted = lintIn(read, config.rules);
    return { kind: 'invalid', diagnostics: [...read.diagnostics, ...linted, ...tried] };
  }

  /** The examples of rules say nothing about tuning, so that only compiling can fail. */
  async function tryWith(config: WafConfig, read: ReadTuning): Promise<readonly Diagnostic[]> {
    const ids = new Set(read.entries.map(({ id }) => id));
    const others = (config.tuning ?? []).filter(({ id }) => !ids.has(id));
    const rules = config.rules.map(({ examples: _examples, ...rule }) => rule);
    const tuning = [...others, ...read.entries];
    const found = await deps.trial.check({ ...config, rules, tuning });
    return found.map((each) => {
      const [, index, rest = ''] = /^\/tuning\/(\d+)(.*)$/s.exec(each.pointer) ?? [];
      const entry = index === undefined ? undefined : read.entries[Number(index) - others.length];
      const pointer = entry === undefined ? '' : `${placeIn(read)(entry.id)}${rest}`;
      const existing = read.json?.existing(pointer) ?? '';
      return { ...each, pointer: existing, ...read.json?.locate(existing) };
    });
  }
}

function placeIn({ pointers }: ReadTuning): (id: string) => string {
  return (id) => pointers.get(id) ?? '';
}

function lintIn(read: ReadTuning, rules: readonly Rule[]): readonly Diagnostic[] {
  return read.entries.flatMap((entry) =>
    lintTuning(entry, rules).map((fault) => {
      const pointer = `${placeIn(read)(entry.id)}${fault.pointer}`;
      return toDiagnostic({ ...fault, pointer }, read.json);
    }),
  );
}

/** A replacement is one entry. */
function onlyOne(read: ReadTuning): ReadTuning {
  if (read.entries.length <= 1) return read;
  const fault = {
    code: 'WAF_ERR_RULE_TYPE',
    pointer: '',
    message: `expected one tuning entry, found ${read.entries.length}`,
    hint: 'Send a single entry.',
  } as const;
  const diagnostics = [...read.diagnostics, toDiagnostic(fault, read.json)];
  return { ...read, entries: [], diagnostics };
}
