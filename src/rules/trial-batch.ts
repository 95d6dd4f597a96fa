import type { Diagnostic } from './diagnostic.ts';
import { refuses } from './fault.ts';
import type { Rule, WafConfig } from './model.ts';
import type { Trial } from './rule-book.ts';

interface Waiting {
  readonly rules: readonly Rule[];
  readonly resolve: (diagnostics: readonly Diagnostic[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Rules compiled in one trial, unless one submission alone has more. */
const MAX_RULES = 2_000;

/**
 * Tries rules in the real compiler and engine. Submissions that arrive while a trial runs share the next
 * one; each gets the diagnostics of its own rules, with pointers into the rule. What cannot be put down to a rule is settled by trying
 * each submission alone.
 */
export function createTrialBatch(
  trial: Trial,
  configWith: (rules: readonly Rule[]) => Promise<WafConfig>,
): (rules: readonly Rule[]) => Promise<readonly Diagnostic[]> {
  const waiting: Waiting[] = [];
  let working = false;

  return (rules) => {
    if (rules.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      waiting.push({ rules, resolve, reject });
      if (!working) void work();
    });
  };

  async function work(): Promise<void> {
    working = true;
    await Promise.resolve();
    while (waiting.length > 0) await runTogether(takeGroup());
    working = false;
  }

  /** Submissions whose ids differ; one program cannot hold the same id twice. */
  function takeGroup(): Waiting[] {
    const group: Waiting[] = [];
    const ids = new Set<string>();
    for (const entry of [...waiting]) {
      const fits = group.length === 0 || ids.size + entry.rules.length <= MAX_RULES;
      if (!fits || entry.rules.some(({ id }) => ids.has(id))) continue;
      for (const { id } of entry.rules) ids.add(id);
      group.push(entry);
      waiting.splice(waiting.indexOf(entry), 1);
    }
    return group;
  }

  async function runTogether(group: readonly Waiting[]): Promise<void> {
    try {
      const found = await check(group.flatMap(({ rules }) => rules));
      const owned = group.map(({ rules }) => {
        const ids = new Set(rules.map(({ id }) => id));
        return found.filter(({ rule_id }) => rule_id !== undefined && ids.has(rule_id));
      });
      const unclaimed = refuses(found) && !owned.some(refuses);
      if (unclaimed && group.length > 1) {
        for (const entry of group) await runTogether([entry]);
        return;
      }
      for (const [index, { resolve }] of group.entries()) {
        resolve(unclaimed ? found : owned[index]!);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async function check(rules: readonly Rule[]): Promise<Diagnostic[]> {
    const config = await configWith(rules);
    const found = await trial.check(config);
    return found.map((diagnostic) => {
      const match = /^\/rules\/(\d+)/.exec(diagnostic.pointer);
      const blamed = match === null ? undefined : config.rules[Number(match[1])];
      if (blamed === undefined || match === null) return diagnostic;
      const pointer = diagnostic.pointer.slice(match[0].length);
      return { ...diagnostic, pointer, rule_id: blamed.id };
    });
  }
}
