import { LIMITS } from '../../config/limits.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { type Fault, refuses, toDiagnostic } from '../fault.ts';
import type { JsonText } from '../json-text.ts';
import { readText } from '../read-rules.ts';
import { canonicalTargets } from '../targets.ts';
import { validateTuningShape } from '../validate-shape.ts';
import { checkTuning } from './check-tuning.ts';
import type { Tuning } from './tuning.ts';

/** An entry as a person may write it. */
export interface WrittenTuning extends Omit<Tuning, 'path' | 'method'> {
  readonly path?: string | readonly string[];
  readonly method?: string | readonly string[];
}

export interface ReadTuning {
  /** The entries without an error of their own. */
  readonly entries: readonly Tuning[];
  readonly diagnostics: readonly Diagnostic[];
  /** Where each entry stands in the text, by id. */
  readonly pointers: ReadonlyMap<string, string>;
  /** null when the text is not JSON. */
  readonly json: JsonText | null;
}

export interface TuningOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** An entry that comes in now must not have expired; one that stands in a file may have. */
  readonly origin: 'entry' | 'waf-config';
  readonly file?: string;
  /** The id of a single entry that may leave it out. */
  readonly id?: string;
}

/** Reads one entry, an array of them, or `{"tuning": […]}`; every fault is reported with its position. */
export function readTuning(text: string, options: TuningOptions): ReadTuning {
  const { json, diagnostics } = readText(text, options.file);
  if (json === null) return { entries: [], diagnostics, pointers: new Map(), json };
  const found = entriesOf(json.value, options.id);
  const faults: Fault[] = found.length === 0 ? [EMPTY] : [];
  const { entries, pointers } = readTuningEntries(found, json, options, faults);
  const own = faults.map((fault) => toDiagnostic(fault, json, options.file));
  return { entries, diagnostics: [...diagnostics, ...own], pointers, json };
}

/** Checks each entry on its own and their ids against each other; adds what is wrong to `faults`. */
export function readTuningEntries(
  found: readonly { readonly value: unknown; readonly pointer: string }[],
  json: JsonText,
  options: Pick<TuningOptions, 'now' | 'origin'>,
  faults: Fault[],
): Pick<ReadTuning, 'entries' | 'pointers'> {
  const entries: Tuning[] = [];
  const pointers = new Map<string, string>();
  if (found.length > LIMITS.rule.max_tuning) faults.push(tooMany(found.length));
  for (const { value, pointer } of found) {
    const own = validateTuningShape(value);
    const entry = own.length === 0 ? normaliseTuning(value as WrittenTuning) : null;
    if (entry !== null) {
      own.push(...checkTuning(entry, options));
      const earlier = pointers.get(entry.id);
      if (earlier !== undefined) own.push(duplicateId(entry.id, earlier));
      else pointers.set(entry.id, pointer);
    }
    for (const fault of own) {
      const place = pointer + fault.pointer;
      faults.push({ ...fault, pointer: fault.at === 'key' ? place : json.existing(place) });
    }
    if (entry !== null && !refuses(own)) entries.push(entry);
  }
  return { entries, pointers };
}

/** The input has passed `validateTuningShape`. Normalising a normalised entry changes nothing. */
function normaliseTuning(written: WrittenTuning): Tuning {
  const { path, method, except, expires_at, ...rest } = written;
  return {
    ...rest,
    ...(path === undefined ? {} : { path: unique([path].flat()) }),
    ...(method === undefined ? {} : { method: unique([method].flat()) }),
    ...(except === undefined ? {} : { except: unique(except.flatMap(canonicalTargets)) }),
    ...(expires_at === undefined ? {} : { expires_at: new Date(expires_at).toISOString() }),
  };
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function entriesOf(value: unknown, id?: string): { value: unknown; pointer: string }[] {
  const list = (items: readonly unknown[], pointer: string) =>
    items.map((item, i) => ({ value: item, pointer: `${pointer}/${i}` }));
  if (Array.isArray(value)) return list(value, '');
  if (typeof value === 'object' && value !== null) {
    const { tuning, ...rest } = value as { tuning?: unknown };
    if (Array.isArray(tuning) && Object.keys(rest).length === 0) return list(tuning, '/tuning');
    if (id !== undefined && !('id' in value)) return [{ value: { id, ...value }, pointer: '' }];
  }
  return [{ value, pointer: '' }];
}

const EMPTY: Fault = {
  code: 'WAF_ERR_RULE_BATCH_EMPTY',
  pointer: '',
  message: 'there is no tuning entry in it',
  hint: 'Send one entry, an array of entries, or {"tuning": […]}.',
};

function tooMany(count: number): Fault {
  return {
    code: 'WAF_ERR_TUNING_LIMIT',
    pointer: '',
    message: `${count} tuning entries; at most ${LIMITS.rule.max_tuning} are allowed`,
    hint: 'Join entries: each has room for several rules, paths and targets.',
  };
}

function duplicateId(id: string, earlier: string): Fault {
  return {
    code: 'WAF_ERR_TUNING_ID_DUPLICATE',
    pointer: '/id',
    message: `the id ${JSON.stringify(id)} stands at ${earlier === '' ? '/' : earlier} already`,
    hint: 'Give each entry an id of its own.',
  };
}
