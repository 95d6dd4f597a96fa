import type { Outcome } from './changes/change.ts';
import type { Diagnostic } from './diagnostic.ts';
import { refuses, toDiagnostic } from './fault.ts';
import type { JsonText } from './json-text.ts';
import { type ConditionIndex, indexConditions, lintTogether } from './lint.ts';
import type { Rule } from './model.ts';
import type { ReadRule, ReadRules } from './read-rules.ts';
import type { Refused } from './rule-book.ts';

/** What the door needs to know of the book. */
export interface DoorDeps {
  /** The outcome that a change would have now; alters nothing. */
  readonly preview: () => Promise<Outcome>;
  /** Diagnostics with pointers into the rules. */
  readonly tryOut: (rules: readonly Rule[]) => Promise<readonly Diagnostic[]>;
  /** The conditions of the rules that are there already. */
  readonly present: () => Promise<ConditionIndex>;
}

export interface DoorVerdict {
  /** Of everything that was looked at, warnings included. */
  readonly diagnostics: readonly Diagnostic[];
  readonly refused: Refused | null;
}

/**
 * Everything that decides whether rules may enter, in one go: what they say of themselves, what the book
 * says to them, how they do in the real engine, and how they stand beside the rules that are there.
 */
export async function examine(read: ReadRules, deps: DoorDeps): Promise<DoorVerdict> {
  const { rules, json } = read;
  if (rules.length === 0) return verdict(read.diagnostics, 'invalid');
  const outcome = await deps.preview();
  const entry = outcome.ok ? [] : outcome.faults.map((fault) => toDiagnostic(fault, json));
  // No rule is to blame when the door is closed, the book full or the rule unknown: no trial needed.
  if (!outcome.ok && outcome.faults.every(({ pointer }) => pointer === '')) {
    return verdict([...entry, ...read.diagnostics], outcome.kind);
  }
  const [tried, beside] = await Promise.all([
    deps.tryOut(rules.map(({ rule }) => rule)).then((found) => place(found, rules, json)),
    // Without knowing which rule it is, a replacement cannot be told from a duplicate of it.
    outcome.ok || outcome.kind !== 'invalid' ? compare(rules, json, deps) : [],
  ]);
  const own = [...read.diagnostics, ...tried];
  const kind = refuses(own) || outcome.ok ? 'invalid' : outcome.kind;
  return verdict([...own, ...entry, ...beside], kind);
}

function verdict(diagnostics: readonly Diagnostic[], kind: Refused['kind']): DoorVerdict {
  const refused = refuses(diagnostics) ? { ok: false as const, kind, diagnostics } : null;
  return { diagnostics, refused };
}

/** Turns pointers into rules into pointers into the text, with positions. */
function place(
  found: readonly Diagnostic[],
  rules: readonly ReadRule[],
  json: JsonText | null,
): Diagnostic[] {
  const byId = new Map(rules.map((read) => [read.rule.id, read]));
  return found.map((diagnostic) => {
    const blamed = byId.get(diagnostic.rule_id ?? '');
    if (blamed === undefined) return { ...diagnostic, pointer: '' };
    const pointer = blamed.source(diagnostic.pointer);
    return { ...diagnostic, pointer, ...json?.locate(pointer) };
  });
}

async function compare(
  rules: readonly ReadRule[],
  json: JsonText | null,
  { present }: DoorDeps,
): Promise<Diagnostic[]> {
  const existing = await present();
  const batch = indexConditions(rules.map(({ rule }) => rule));
  return rules.flatMap(({ rule, source }) =>
    [...lintTogether(rule, existing), ...lintTogether(rule, batch)].map((fault) =>
      toDiagnostic({ ...fault, pointer: source(fault.pointer), ruleId: rule.id }, json),
    ),
  );
}
