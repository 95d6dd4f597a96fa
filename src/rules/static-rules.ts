import type { Logger } from '../telemetry/logger.ts';
import { canonicalDigest } from './canonical-digest.ts';
import type { Diagnostic } from './diagnostic.ts';
import { refuses, toDiagnostic } from './fault.ts';
import type { LastGoodTexts } from './last-good-texts.ts';
import { startLifetime } from './lifetime.ts';
import type { StaticRule } from './list-rules.ts';
import type { Rule } from './model.ts';
import { readRules } from './read-rules.ts';
import type { Trial } from './rule-book.ts';
import type { RuleSetSettings } from './rule-document.ts';
import { type RuleFile, readRuleFiles } from './rule-files.ts';
import { type FileWatch, watchFiles } from './watch-files.ts';

/** The rules of a folder of files. */
export interface StaticRules {
  /** The same array until the rules change. */
  list(): readonly StaticRule[];
  /** What is wrong with the files at present, with file, line and column. */
  problems(): readonly Diagnostic[];
  /** Looks at the folder now. True when the rules changed. */
  reload(): Promise<boolean>;
  close(): Promise<void>;
}

export interface StaticRulesDeps {
  readonly dir: string;
  readonly settings: RuleSetSettings;
  readonly trial: Trial;
  /** What survives a restart. */
  readonly lastGood: LastGoodTexts;
  /** Milliseconds of silence after which a changed folder is read; null: it is not watched. */
  readonly watchDebounceMs: number | null;
  /** Called after the rules have changed, not for the first reading. */
  readonly onChanged: () => void;
  readonly now: () => number;
  readonly log: Logger;
}

/** What is known of one file. */
interface FileState {
  /** The text that was looked at; null when it must be looked at again. */
  readonly text: string | null;
  /** The last text without a fault, and its rules; null before there was one. */
  readonly good: string | null;
  readonly rules: readonly Rule[];
  readonly problems: readonly Diagnostic[];
}

const UNKNOWN: FileState = { text: null, good: null, rules: [], problems: [] };

/**
 * Reads the rules of a folder and keeps them current. A file with a fault keeps the rules it had, also
 * over a restart, so a half-written file never takes a rule out of force; a file that is gone takes its
 * rules with it. Of two rules with the same id, the one in the file that comes first by path counts.
 */
export async function createStaticRules(deps: StaticRulesDeps): Promise<StaticRules> {
  const { dir, lastGood, log } = deps;
  let files: ReadonlyMap<string, FileState> = new Map();
  let rules: readonly StaticRule[] = [];
  let problems: readonly Diagnostic[] = [];
  let tail: Promise<unknown> = Promise.resolve();

  await reload();
  const watch = await startWatch();
  return {
    list: () => rules,
    problems: () => problems,
    reload,
    async close() {
      await watch?.close();
      await tail;
    },
  };

  function reload(): Promise<boolean> {
    const result = tail.then(readFolder);
    tail = result.catch(() => undefined);
    return result;
  }

  async function readFolder(): Promise<boolean> {
    const next = new Map<string, FileState>();
    for (const file of await readRuleFiles(dir)) {
      const state = await look(file, files.get(file.file) ?? UNKNOWN);
      next.set(file.file, state.good === null ? await recall(file.file, state) : state);
    }
    files = next;
    await keepGood();
    const joined = join(files);
    report(joined.problems);
    problems = joined.problems;
    if (fingerprint(joined.rules) === fingerprint(rules)) return false;
    const changed = changedRules(rules, joined.rules);
    rules = joined.rules;
    log.info({ changed: changed.slice(0, 20), count: changed.length }, 'rule files changed');
    return true;
  }

  async function look(file: RuleFile, known: FileState): Promise<FileState> {
    if ('problem' in file) return { ...known, text: null, problems: [file.problem] };
    if (file.text === known.text) return known;
    const read = readRules(file.text, { now: deps.now(), origin: 'file', file: file.file });
    const found = read.rules.map(({ rule }) => fromFile(rule));
    const { text } = file;
    if (refuses(read.diagnostics)) return { ...known, text, problems: read.diagnostics };
    try {
      const tried = await tryOut(found, file.file);
      const all = [...read.diagnostics, ...tried];
      return refuses(tried)
        ? { ...known, text, problems: all }
        : { text, good: text, rules: found, problems: all };
    } catch (error) {
      return { ...known, text: null, problems: [untried(file.file, error)] };
    }
  }

  /** A file that is faulty since the start has the rules of its last good text, if that is good still. */
  async function recall(file: string, state: FileState): Promise<FileState> {
    const text = lastGood.get(file);
    if (text === undefined) return state;
    const { good, rules } = await look({ file, text }, UNKNOWN);
    return { ...state, good, rules };
  }

  /** What could not be recalled, because the trial did not answer, is kept as it is. */
  async function keepGood(): Promise<void> {
    const texts = new Map<string, string>();
    for (const [file, state] of files) {
      const text = state.good ?? lastGood.get(file);
      if (text !== undefined) texts.set(file, text);
    }
    await lastGood.keep(texts);
  }

  async function tryOut(found: readonly Rule[], file: string): Promise<Diagnostic[]> {
    if (found.length === 0) return [];
    const { thresholds, on_budget, max_steps } = deps.settings;
    const config = { version: 1, thresholds, on_budget, max_steps, rules: found } as const;
    return (await deps.trial.check(config)).map((diagnostic) => ({ ...diagnostic, file }));
  }

  function report(found: readonly Diagnostic[]): void {
    for (const problem of found) {
      if (problems.includes(problem)) continue;
      const level = problem.severity === 'warning' ? 'info' : 'warn';
      log[level]({ problem }, `rule file ${problem.file}: ${problem.message}`);
    }
  }

  async function startWatch(): Promise<FileWatch | null> {
    if (deps.watchDebounceMs === null) return null;
    const onError = (error: unknown) =>
      log.warn({ err: error, dir }, 'watching the rule files failed');
    return watchFiles(dir, {
      debounceMs: deps.watchDebounceMs,
      onQuiet: () => {
        reload().then((changed) => {
          if (changed) deps.onChanged();
        }, onError);
      },
      onError,
    }).catch((error: unknown) => {
      onError(error);
      return null;
    });
  }
}

/** A rule file has no instant of acceptance: `ttl_seconds` counts from the rule's own `created_at`. */
function fromFile(rule: Rule): Rule {
  const { ttl_seconds: ttl = 0, created_at: created } = rule;
  return ttl > 0 && created !== undefined ? startLifetime(rule, Date.parse(created), 0) : rule;
}

function join(files: ReadonlyMap<string, FileState>): {
  rules: StaticRule[];
  problems: Diagnostic[];
} {
  const byId = new Map<string, StaticRule>();
  const problems: Diagnostic[] = [];
  for (const [file, state] of files) {
    problems.push(...state.problems);
    for (const rule of state.rules) {
      const earlier = byId.get(rule.id);
      if (earlier === undefined) byId.set(rule.id, { rule, file });
      else problems.push(duplicate(rule.id, file, earlier.file));
    }
  }
  return { rules: [...byId.values()], problems };
}

/** Rules that came, changed or went, each with its file. */
function changedRules(
  before: readonly StaticRule[],
  after: readonly StaticRule[],
): { readonly id: string; readonly file: string }[] {
  const digests = (rules: readonly StaticRule[]) =>
    new Set(rules.map((entry) => fingerprint([entry])));
  const [old, now] = [digests(before), digests(after)];
  const differing = new Map<string, string>();
  for (const entry of before) {
    if (!now.has(fingerprint([entry]))) differing.set(entry.rule.id, entry.file);
  }
  for (const entry of after) {
    if (!old.has(fingerprint([entry]))) differing.set(entry.rule.id, entry.file);
  }
  return [...differing].map(([id, file]) => ({ id, file }));
}

function fingerprint(rules: readonly StaticRule[]): string {
  return rules.map(({ rule, file }) => `${file} ${canonicalDigest(rule)}`).join('\n');
}

function duplicate(id: string, file: string, earlier: string): Diagnostic {
  return toDiagnostic(
    {
      code: 'WAF_ERR_RULE_ID_DUPLICATE',
      pointer: '',
      message: `${file} and ${earlier} both have a rule ${JSON.stringify(id)}; the one in ${earlier} counts`,
      hint: 'Give each rule an id of its own.',
      ruleId: id,
    },
    null,
    file,
  );
}

function untried(file: string, error: unknown): Diagnostic {
  return toDiagnostic(
    {
      code: 'WAF_ERR_RULE_TRIAL_UNAVAILABLE',
      pointer: '',
      message: `the rules could not be tried: ${error instanceof Error ? error.message : error}`,
      hint: 'The file keeps the rules it had until it can be tried.',
    },
    null,
    file,
  );
}
