import { LIMITS } from '../config/limits.ts';
import type { Diagnostic } from './diagnostic.ts';
import { refuses, toDiagnostic } from './fault.ts';
import type { WafConfig } from './model.ts';
import { readEntries, readText } from './read-rules.ts';
import type { RuleSetSettings } from './rule-document.ts';
import { readTuningEntries } from './tuning/read-tuning.ts';
import { lintTuning } from './tuning/select-rules.ts';
import { validateWafConfigShape } from './validate-shape.ts';

/** `waf-config.json` as a person may write it: settings may be absent, rules may be in short form. */
interface WrittenWafConfig extends Partial<RuleSetSettings> {
  readonly rules?: unknown;
  readonly tuning?: unknown;
}

/** The merge of many batches, written with indentation. */
const MAX_BYTES = 8 * LIMITS.batch.max_body_bytes;

/**
 * Reads the text of a `waf-config.json`. What it leaves out comes from `defaults`. `config` is null when a
 * diagnostic refuses it.
 */
export function readWafConfig(
  text: string,
  options: {
    readonly defaults: RuleSetSettings & Pick<WafConfig, 'tuning'>;
    readonly now: number;
    readonly file?: string;
  },
): { config: WafConfig | null; diagnostics: readonly Diagnostic[] } {
  const { json, faults, diagnostics } = readText(text, options.file, MAX_BYTES);
  if (json === null) return { config: null, diagnostics };
  const written = json.value as WrittenWafConfig;
  const listed = Array.isArray(written?.rules);
  const tuned = Array.isArray(written?.tuning) ? (written.tuning as unknown[]) : null;
  const outer = { ...(listed ? { rules: [] } : {}), ...(tuned === null ? {} : { tuning: [] }) };
  const isObject = typeof written === 'object' && written !== null && !Array.isArray(written);
  faults.push(...validateWafConfigShape(isObject ? { ...written, ...outer } : written));
  const values: readonly unknown[] = listed ? (written.rules as unknown[]) : [];
  const entries = values.map((value, index) => ({ value, pointer: `/rules/${index}`, index }));
  const read = readEntries(entries, json, { ...options, origin: 'waf-config' }, faults);
  const places = (tuned ?? []).map((value, i) => ({ value, pointer: `/tuning/${i}` }));
  const origin = { now: options.now, origin: 'waf-config' } as const;
  const { entries: tuning } = readTuningEntries(places, json, origin, faults);
  for (const entry of tuning) {
    const index = tuning.indexOf(entry);
    const found = lintTuning(
      entry,
      read.map(({ rule }) => rule),
    );
    for (const fault of found) {
      faults.push({ ...fault, pointer: json.existing(`/tuning/${index}${fault.pointer}`) });
    }
  }
  const all = [...diagnostics, ...faults.map((fault) => toDiagnostic(fault, json, options.file))];
  if (refuses(all)) return { config: null, diagnostics: all };
  const { thresholds, on_budget, max_steps } = { ...options.defaults, ...written };
  const rules = read.map(({ rule }) => rule).sort((a, b) => (a.id < b.id ? -1 : 1));
  const config = { version: 1, thresholds, on_budget, max_steps, rules } as const;
  const kept = tuned === null ? (options.defaults.tuning ?? []) : tuning;
  return { config: kept.length === 0 ? config : { ...config, tuning: kept }, diagnostics: all };
}
