import { LIMITS } from '../config/limits.ts';
import type { Diagnostic } from './diagnostic.ts';
import { refuses, toDiagnostic } from './fault.ts';
import type { WafConfig } from './model.ts';
import { readEntries, readText } from './read-rules.ts';
import type { RuleSetSettings } from './rule-document.ts';
import { validateWafConfigShape } from './validate-shape.ts';

/** `waf-config.json` as a person may write it: settings may be absent, rules may be in short form. */
interface WrittenWafConfig extends Partial<RuleSetSettings> {
  readonly rules?: unknown;
}

/** The merge of many batches, written with indentation. */
const MAX_BYTES = 8 * LIMITS.batch.max_body_bytes;

/**
 * Reads the text of a `waf-config.json`. What it leaves out comes from `defaults`. `config` is null when a
 * diagnostic refuses it.
 */
export function readWafConfig(
  text: string,
  options: { readonly defaults: RuleSetSettings; readonly now: number; readonly file?: string },
): { config: WafConfig | null; diagnostics: readonly Diagnostic[] } {
  const { json, faults, diagnostics } = readText(text, options.file, MAX_BYTES);
  if (json === null) return { config: null, diagnostics };
  const written = json.value as WrittenWafConfig;
  const listed = Array.isArray(written?.rules);
  faults.push(...validateWafConfigShape(listed ? { ...written, rules: [] } : written));
  const values: readonly unknown[] = listed ? (written.rules as unknown[]) : [];
  const entries = values.map((value, index) => ({ value, pointer: `/rules/${index}`, index }));
  const read = readEntries(entries, json, { ...options, origin: 'waf-config' }, faults);
  const all = [...diagnostics, ...faults.map((fault) => toDiagnostic(fault, json, options.file))];
  if (refuses(all)) return { config: null, diagnostics: all };
  const { thresholds, on_budget, max_steps } = { ...options.defaults, ...written };
  const rules = read.map(({ rule }) => rule).sort((a, b) => (a.id < b.id ? -1 : 1));
  return { config: { version: 1, thresholds, on_budget, max_steps, rules }, diagnostics: all };
}
