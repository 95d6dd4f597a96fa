import { LIMITS } from '../config/limits.ts';
import { checkRule } from './check-rule.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type Fault, toDiagnostic } from './fault.ts';
import { pointerStep } from './json-pointer.ts';
import { type JsonText, readJson } from './json-text.ts';
import { checkLifetime } from './lifetime.ts';
import { lintRule } from './lint.ts';
import type { Rule } from './model.ts';
import { normalise, type WrittenRule } from './normalise.ts';
import { soundPart } from './sound-part.ts';
import { validateRuleShape } from './validate-shape.ts';

export interface ReadRule {
  readonly rule: Rule;
  /** Turns a pointer into `rule` into one into the document that was read; it exists there. */
  readonly source: (pointer: string) => string;
}

export interface ReadRules {
  /** The rules without an error of their own. */
  readonly rules: readonly ReadRule[];
  readonly diagnostics: readonly Diagnostic[];
  /** null when the text is not JSON. */
  readonly json: JsonText | null;
}

/**
 * How rules come in, which decides what their lifetime means:
 *
 *   entry        once, from now on; an expired rule is a mistake
 *   file         read again at every start: ttl_seconds counts from created_at; a rule may have expired
 *   waf-config   edited by hand: a new ttl_seconds counts from now; a rule may have expired
 */
export type RuleOrigin = 'entry' | 'file' | 'waf-config';

export interface ReadOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly origin: RuleOrigin;
  readonly file?: string;
  /** The id of a single rule that may leave it out. */
  readonly id?: string;
}

/**
 * Reads one rule, an array of rules, or `{"rules": […]}`, and reports every fault of every rule with its
 * position. Nothing outside of the text is looked at.
 */
export function readRules(text: string, options: ReadOptions): ReadRules {
  const { json, faults, diagnostics } = readText(text, options.file);
  if (json === null) return { rules: [], diagnostics, json };
  const entries = findRules(json.value, faults);
  if (entries.length === 0 && faults.length === 0 && options.origin === 'entry') faults.push(EMPTY);
  if (options.id !== undefined) nameRule(entries, options.id);
  const rules = readEntries(entries, json, options, faults);
  return {
    rules,
    diagnostics: [
      ...diagnostics,
      ...faults.map((fault) => toDiagnostic(fault, json, options.file)),
    ],
    json,
  };
}

/** Size check and JSON syntax; what both rules and a waf-config begin with. */
export function readText(
  text: string,
  file?: string,
  maxBytes = LIMITS.batch.max_body_bytes,
): { json: JsonText | null; faults: Fault[]; diagnostics: Diagnostic[] } {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) {
    const fault: Fault = {
      code: 'WAF_ERR_RULE_TEXT_TOO_LARGE',
      pointer: '',
      message: `${bytes} bytes; at most ${maxBytes} are read`,
      hint: 'Send the rules in several batches.',
    };
    return { json: null, faults: [], diagnostics: [toDiagnostic(fault, undefined, file)] };
  }
  const read = readJson(text);
  const diagnostics = read.faults.map(({ line, column, ...fault }) => ({
    ...toDiagnostic(fault, undefined, file),
    line,
    column,
  }));
  return { json: read.json, faults: [], diagnostics };
}

const EMPTY: Fault = {
  code: 'WAF_ERR_RULE_BATCH_EMPTY',
  pointer: '',
  message: 'there is no rule in it',
  hint: 'Send one rule, an array of rules, or {"rules": […]}.',
};

/** A rule as found in a document. */
export interface Entry {
  value: unknown;
  readonly pointer: string;
  readonly index: number;
}

/** Checks each entry on its own and their ids against each other; adds what is wrong to `faults`. */
export function readEntries(
  entries: readonly Entry[],
  json: JsonText,
  options: ReadOptions,
  faults: Fault[],
): ReadRule[] {
  const rules: ReadRule[] = [];
  const seen = new Map<string, string>();
  for (const entry of entries) {
    const found: Fault[] = [];
    const read = readEntry(entry, json, options, found);
    const id = idOf(entry.value);
    const earlier = id === undefined ? undefined : seen.get(id);
    if (id !== undefined && earlier !== undefined)
      found.push(duplicateId(entry.pointer, id, earlier));
    else if (id !== undefined) seen.set(id, entry.pointer);
    const ruleId = id ?? `index:${entry.index}`;
    faults.push(...found.map((fault) => ({ ...fault, ruleId })));
    if (read !== null && !found.some((fault) => fault.severity !== 'warning')) rules.push(read);
  }
  return rules;
}

function readEntry(
  entry: Entry,
  json: JsonText,
  options: ReadOptions,
  found: Fault[],
): ReadRule | null {
  const shape = validateRuleShape(entry.value);
  const written = shape.length === 0 ? (entry.value as WrittenRule) : soundPart(entry.value, shape);
  const inside = [...shape];
  let read: ReadRule | null = null;
  if (written !== null) {
    const { rule, faults, source } = normalise(written);
    const existing = (pointer: string) => json.existing(entry.pointer + source(pointer));
    const start = options.origin === 'file' ? 'created_at' : 'now';
    const lapsed = options.origin === 'entry' ? 'error' : 'warning';
    const deeper = [
      ...(faults.length === 0 ? checkRule(rule) : []),
      ...lintRule(rule, written),
      ...checkLifetime(rule, { now: options.now, start, lapsed }),
    ];
    inside.push(
      ...faults,
      ...deeper.map((fault) => ({ ...fault, pointer: source(fault.pointer) })),
    );
    read = { rule, source: existing };
  }
  for (const fault of inside) {
    const pointer = entry.pointer + fault.pointer;
    found.push({ ...fault, pointer: fault.at === 'key' ? pointer : json.existing(pointer) });
  }
  return read;
}

function findRules(value: unknown, faults: Fault[]): Entry[] {
  if (Array.isArray(value)) return toEntries(value, '', faults);
  if (typeof value !== 'object' || value === null || !('rules' in value)) {
    return [{ value, pointer: '', index: 0 }];
  }
  for (const key of Object.keys(value)) {
    if (key !== 'rules') {
      faults.push({
        code: 'WAF_ERR_RULE_KEY_UNKNOWN',
        pointer: pointerStep(key),
        message: `the key ${JSON.stringify(key)} does not exist beside "rules"`,
        hint: 'Send {"rules": […]} with no other key.',
        at: 'key',
      });
    }
  }
  if (Array.isArray(value.rules)) return toEntries(value.rules, '/rules', faults);
  faults.push({
    code: 'WAF_ERR_RULE_TYPE',
    pointer: '/rules',
    message: '"rules" is not an array',
    hint: 'Send {"rules": […]}.',
  });
  return [];
}

function toEntries(values: readonly unknown[], pointer: string, faults: Fault[]): Entry[] {
  if (values.length <= LIMITS.batch.max_rules) {
    return values.map((value, index) => ({ value, pointer: `${pointer}/${index}`, index }));
  }
  faults.push({
    code: 'WAF_ERR_RULE_BATCH_TOO_LARGE',
    pointer,
    message: `${values.length} rules; a batch has at most ${LIMITS.batch.max_rules}`,
    hint: 'Send the rules in several batches.',
  });
  return [];
}

/** A body that replaces a rule may leave the id out; the address has it. */
function nameRule(entries: readonly Entry[], id: string): void {
  const [only] = entries;
  if (entries.length !== 1 || only === undefined || idOf(only.value) !== undefined) return;
  if (typeof only.value === 'object' && only.value !== null && !('id' in only.value)) {
    only.value = { id, ...only.value };
  }
}

function idOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined;
  return typeof value.id === 'string' && value.id !== '' ? value.id : undefined;
}

function duplicateId(pointer: string, id: string, earlier: string): Fault {
  return {
    code: 'WAF_ERR_RULE_ID_DUPLICATE',
    pointer: `${pointer}/id`,
    message: `the id ${JSON.stringify(id)} is already that of the rule at ${earlier}`,
    hint: 'Give each rule an id of its own.',
  };
}
