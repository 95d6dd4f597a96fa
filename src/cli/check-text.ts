import type { Diagnostic } from '../rules/diagnostic.ts';
import type { Rule, WafConfig } from '../rules/model.ts';
import { type ReadRules, readRules } from '../rules/read-rules.ts';
import { readWafConfig } from '../rules/read-waf-config.ts';
import type { RuleSetSettings } from '../rules/rule-document.ts';
import { isError } from './diagnostics-text.ts';

/** Compiles a rule set and runs its examples; diagnostics point into the config. */
export type Trial = (config: WafConfig) => readonly Diagnostic[];

export interface CheckOptions {
  readonly file: string;
  /** What a waf-config that leaves them out has. */
  readonly defaults: RuleSetSettings;
  readonly trial: Trial;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface CheckedText {
  /** Sorted by id; null when there is an error. */
  readonly config: WafConfig | null;
  readonly diagnostics: readonly Diagnostic[];
}

const WAF_CONFIG_KEYS = ['version', 'thresholds', 'on_budget', 'max_steps', 'tuning'];

/** Everything that can be said about a file of rules, or a waf-config, without a running system. */
export function checkText(text: string, options: CheckOptions): CheckedText {
  return isWafConfig(text) ? checkWafConfig(text, options) : checkRules(text, options);
}

export function checkWafConfig(text: string, options: CheckOptions): CheckedText {
  const { config, diagnostics } = readWafConfig(text, options);
  if (config === null) return { config, diagnostics };
  // The config is sorted, so its pointers are not those of the text; the rule is named all the same.
  const tried = options
    .trial(config)
    .map((diagnostic) => ({ ...diagnostic, pointer: '', file: options.file }));
  return { config: tried.some(isError) ? null : config, diagnostics: [...diagnostics, ...tried] };
}

function checkRules(text: string, options: CheckOptions): CheckedText {
  const { file, now, defaults, trial } = options;
  const read = readRules(text, { now, origin: 'file', file });
  if (read.diagnostics.some(isError)) return { config: null, diagnostics: read.diagnostics };
  const config = { version: 1, ...defaults, rules: sortedRules(read) } as const;
  const tried = trial(config).map((diagnostic) => place(diagnostic, read, file));
  const diagnostics = [...read.diagnostics, ...tried];
  return { config: tried.some(isError) ? null : config, diagnostics };
}

function sortedRules(read: ReadRules): Rule[] {
  return read.rules.map(({ rule }) => rule).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Turns a pointer `/rules/<index>/…` into the config into a position in the text. */
function place(diagnostic: Diagnostic, { rules, json }: ReadRules, file: string): Diagnostic {
  const blamed = rules.find(({ rule }) => rule.id === diagnostic.rule_id);
  if (blamed === undefined) return { ...diagnostic, file };
  const pointer = blamed.source(diagnostic.pointer.replace(/^\/rules\/\d+/, ''));
  return { ...diagnostic, file, pointer, ...json?.locate(pointer) };
}

/** A waf-config has settings beside its rules. Text that is no JSON is reported as rules are. */
function isWafConfig(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return (
      typeof value === 'object' && value !== null && WAF_CONFIG_KEYS.some((key) => key in value)
    );
  } catch {
    return false;
  }
}
