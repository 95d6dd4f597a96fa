import type { Fault } from './fault.ts';
import { valueAt } from './json-pointer.ts';
import type { Action, Condition, Example, Leaf, RateLimit, Rule } from './model.ts';
import { expandShortForm, type ShortForm } from './short-form.ts';
import { canonicalTargets } from './targets.ts';
import { canonicalTransform } from './transforms.ts';

export interface Normalised {
  readonly rule: Rule;
  /** What the short form names that does not exist; pointers into the rule as written. */
  readonly faults: readonly Fault[];
  /** Where a pointer into `rule` points in the rule as written. */
  readonly source: (pointer: string) => string;
}

/** What `ratelimit` means when the rule does not say more: a person's pace. */
const DEFAULT_RATE_LIMIT: RateLimit = { key: 'client.ip', limit: 60, window_s: 60, over: 'block' };

/**
 * Fills in every default and writes the rule in the long form. The input has passed
 * `validateRuleShape`; names that do not exist are kept as they are, for the checks that follow.
 * Normalising a normalised rule changes nothing.
 */
export function normalise(written: WrittenRule): Normalised {
  const { field, pattern, max_length, requires, when, action, examples, enabled, ...rest } =
    written;
  const short =
    field === undefined || pattern === undefined
      ? undefined
      : expandShortForm({ field, pattern, ...defined({ max_length, requires }) });
  const rule: Rule = {
    ...rest,
    v: 1,
    tags: rest.tags ?? [],
    severity: rest.severity ?? 'warning',
    mode: enabled === false ? 'off' : (rest.mode ?? 'enforce'),
    priority: rest.priority ?? 0,
    ...instant('created_at', rest.created_at),
    ...instant('expires_at', rest.expires_at),
    action: normaliseAction(action),
    when: normaliseCondition(short?.when ?? (when as WrittenCondition)),
    ...(examples === undefined
      ? {}
      : { examples: { match: examples.match ?? [], no_match: examples.no_match ?? [] } }),
  };
  return {
    rule,
    faults: short?.faults ?? [],
    source: short === undefined ? longFormSource(rule, written) : shortFormSource(short.sources),
  };
}

/** A rule as a user writes it, after the shape check. */
export type WrittenRule = Partial<Omit<Rule, 'id' | 'action' | 'when' | 'examples'>> &
  Partial<ShortForm> & {
    readonly id: string;
    readonly enabled?: boolean;
    readonly when?: unknown;
    readonly action: unknown;
    readonly examples?: {
      readonly match?: readonly Example[];
      readonly no_match?: readonly Example[];
    };
  };

function normaliseAction(written: unknown): Action {
  const object = (
    typeof written === 'string' ? { [written.toLowerCase()]: {} } : written
  ) as Record<string, never>;
  if ('block' in object) return { block: { status: 403, ...(object.block as object) } };
  if ('allow' in object) return { allow: { skip: 'all', ...(object.allow as object) } };
  if ('ratelimit' in object) {
    return { ratelimit: { ...DEFAULT_RATE_LIMIT, ...(object.ratelimit as object) } };
  }
  return 'log' in object ? { log: {} } : { score: {} };
}

type WrittenLeaf = Omit<Leaf, 'target' | 'except'> & {
  readonly target?: string | readonly string[];
  readonly except?: string | readonly string[];
};
type WrittenCondition =
  | { readonly all: readonly WrittenCondition[] }
  | { readonly any: readonly WrittenCondition[] }
  | { readonly not: WrittenCondition }
  | WrittenLeaf;

function normaliseCondition(written: WrittenCondition): Condition {
  if ('all' in written) return { all: written.all.map(normaliseCondition) };
  if ('any' in written) return { any: written.any.map(normaliseCondition) };
  if ('not' in written) return { not: normaliseCondition(written.not) };
  const { target, except, transforms, value, ...rest } = written;
  return {
    target: normaliseTargets(target),
    ...(except === undefined ? {} : { except: normaliseTargets(except) }),
    ...(transforms === undefined || transforms.length === 0
      ? {}
      : { transforms: transforms.map((name) => canonicalTransform(name) ?? name) }),
    ...rest,
    ...(value === undefined ? {} : { value: normaliseOperand(rest.op, value) }),
  };
}

function normaliseTargets(written: string | readonly string[] | undefined): string[] {
  const targets = [written ?? []].flat() as string[];
  return [...new Set(targets.flatMap(canonicalTargets))];
}

function normaliseOperand(op: Leaf['op'], value: unknown): unknown {
  if (op === 'ip_in' && typeof value === 'string') return [value];
  if (op === 'length' && typeof value === 'number') return { eq: value };
  return value;
}

/** Instants are stored in UTC, whatever offset they were written with. A leap second stays as it is. */
function instant(key: 'created_at' | 'expires_at', written: string | undefined): object {
  if (written === undefined) return {};
  const at = new Date(written);
  return { [key]: Number.isNaN(at.getTime()) ? written : at.toISOString() };
}

/** Aliases change the number of targets, so an unknown one is looked up where it was written. */
function longFormSource(rule: Rule, written: WrittenRule) {
  return (pointer: string): string => {
    const list = /^(.*\/(?:target|except))\/\d+$/.exec(pointer)?.[1];
    if (list === undefined) return pointer;
    const names = valueAt(written, list);
    const index = Array.isArray(names) ? names.indexOf(valueAt(rule, pointer)) : -1;
    return index === -1 ? list : `${list}/${index}`;
  };
}

function shortFormSource(sources: readonly { target: string; value: string }[]) {
  return (pointer: string): string => {
    const match = /^\/when(?:\/all\/(\d+))?(\/target)?/.exec(pointer);
    if (match === null) return pointer;
    const source = sources[Number(match[1] ?? 0)] ?? sources[0]!;
    return match[2] === undefined ? source.value : source.target;
  };
}

function defined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
