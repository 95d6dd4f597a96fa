import { BlockList, isIP, isIPv4 } from 'node:net';
import { RE2JS } from 're2js';
import type { Leaf, NumberBound } from '../../src/rules/model.ts';
import type { Value } from './collect-values.ts';
import { isXss } from './detectors/html.ts';
import { isSqli } from './detectors/sql.ts';
import { TRANSFORMS } from './transforms.ts';

/** A value as a leaf saw it: after the leaf's transforms. */
export interface Sight {
  readonly value: Value;
  readonly text: string;
}

export interface Outcome {
  readonly holds: boolean;
  /** What satisfied the test, whether or not the leaf or condition holds. */
  readonly matched: readonly Sight[];
  /** What was captured, by the name under which it is kept: groups 0 to 9. */
  readonly captures: Captures;
}

export type Captures = ReadonlyMap<string, readonly (string | null)[]>;

/** What a leaf can know beside the values of the request. */
export interface Knowledge {
  readonly values: readonly Value[];
  /** What `on: "matched"` looks at. */
  readonly before: readonly Sight[] | null;
  readonly captures: Captures;
  /** Points per category; for rules that read scores. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Judges a leaf by trying every value one after another. */
export function judgeLeaf(leaf: Leaf, knowledge: Knowledge): Outcome {
  const seen = seenBy(leaf, knowledge);
  const asked = withCaptures(leaf, knowledge.captures);
  const outcomes = formsOf(leaf).map((transforms) => judgeForm(asked, transforms, seen));
  const matched = outcomes.flatMap((outcome) => outcome.matched);
  const [first] = matched;
  const isKept = leaf.as !== undefined && first !== undefined;
  return {
    holds: outcomes.some(({ holds }) => holds),
    matched,
    captures: isKept ? new Map([[leaf.as, groupsOf(leaf, first.text)]]) : new Map(),
  };
}

const REFERENCE = /\$\{(\w+)\.(\d)\}/;

function seenBy(leaf: Leaf, { values, before, captures, scores }: Knowledge): readonly Sight[] {
  if (leaf.on === 'matched') return before!;
  const [target = ''] = leaf.target;
  const nowhere = { family: '', names: false, name: '', text: '' };
  const [, name, group] = REFERENCE.exec(target) ?? [];
  if (name !== undefined) {
    const text = captures.get(name)?.[Number(group)] ?? null;
    return text === null ? [] : [{ value: nowhere, text }];
  }
  if (target.startsWith('score.')) {
    return [{ value: nowhere, text: String(scores[target.slice('score.'.length)] ?? 0) }];
  }
  return selectedBy(leaf, values);
}

const COMPARED = ['equals', 'starts_with', 'ends_with', 'contains', 'lt', 'lte', 'gt', 'gte'];

/** The leaf with what was captured in its value; one character per byte. */
function withCaptures(leaf: Leaf, captures: Captures): Leaf {
  if (typeof leaf.value !== 'string' || !COMPARED.includes(leaf.op)) return leaf;
  if (!REFERENCE.test(leaf.value)) return leaf;
  const value = leaf.value.replace(new RegExp(REFERENCE, 'g'), (_, name: string, group: string) =>
    Buffer.from(captures.get(name)?.[Number(group)] ?? '', 'latin1').toString('utf8'),
  );
  return { ...leaf, value };
}

function groupsOf({ op, value, ignore_case }: Leaf, text: string): readonly (string | null)[] {
  if (op !== 'regex') return [text];
  const matcher = expressionOf(bytes(value as string), ignore_case === true).matcher(text);
  if (!matcher.find()) return [];
  return Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i));
}

/** The lists of transforms after which the leaf is tested: one, or all beginnings of it. */
function formsOf({ transforms = [], each_transform }: Leaf): readonly (readonly string[])[] {
  if (each_transform !== true) return [transforms];
  return [[], ...transforms.map((_, i) => transforms.slice(0, i + 1))];
}

function judgeForm(
  leaf: Leaf,
  transforms: readonly string[],
  seen: readonly Sight[],
): Pick<Outcome, 'holds' | 'matched'> {
  const matched = seen
    .map(({ value, text }) => ({ value, text: transform(transforms, text) }))
    .filter(({ text }) => satisfies(leaf, text) !== (leaf.negate === true));
  return { holds: isEnough(leaf, matched.length, seen.length), matched };
}

function isEnough(leaf: Leaf, hits: number, selected: number): boolean {
  const quantifier = leaf.quantifier ?? 'any';
  if (quantifier === 'any') return hits > 0;
  if (quantifier === 'none') return hits === 0;
  if (quantifier === 'all') return selected > 0 && hits === selected;
  const [, comparison, digits] = /^(>=|<=|==|>|<)(\d+)$/.exec(quantifier.count)!;
  const n = Number(digits);
  if (comparison === '>=') return hits >= n;
  if (comparison === '<=') return hits <= n;
  if (comparison === '==') return hits === n;
  return comparison === '>' ? hits > n : hits < n;
}

function selectedBy(leaf: Leaf, values: readonly Value[]): readonly Sight[] {
  const selected = values.filter((value) => isSelected(leaf, value));
  return selected
    .slice(0, leaf.first === true ? 1 : selected.length)
    .map((value) => ({ value, text: value.text }));
}

function isSelected(leaf: Leaf, value: Value): boolean {
  const isIncluded = leaf.target.some((target) => isMeant(target, value));
  return isIncluded && !leaf.except?.some((target) => isMeant(target, value));
}

/** Targets whose spelling does not begin with their family. */
const SPELLINGS: Readonly<Record<string, string>> = {
  'path.raw': 'path',
  'files.names': 'files.*',
  'files.fields': 'files.names',
};

function isMeant(written: string, { family, names, name }: Value): boolean {
  const target = SPELLINGS[written] ?? written;
  if (/^(?:tls|ctx)\./.test(target)) return family === 'facts' && !names && name === bytes(target);
  const [, bracketed, member] =
    /^(body\.json)\.(\/.*)$/s.exec(target) ?? /^([a-z.]+)\[(.*)\]$/s.exec(target) ?? [];
  if (bracketed !== undefined) {
    const isOfNames = bracketed.endsWith('.names');
    const of = isOfNames ? bracketed.slice(0, -'.names'.length) : bracketed;
    if (names !== isOfNames || of !== family) return false;
    const isFolded = /(?:^|\.)headers$/.test(family);
    const pattern = /^\/(.+)\/$/s.exec(member!)?.[1];
    if (pattern !== undefined) return expressionOf(bytes(pattern), isFolded).test(name);
    return isFolded ? fold(name) === fold(bytes(member!)) : name === bytes(member!);
  }
  if (target.endsWith('.*')) return !names && target.slice(0, -2) === family;
  if (target.endsWith('.names')) return names && target.slice(0, -6) === family;
  return !names && target === family;
}

function transform(transforms: readonly string[], text: string): string {
  return transforms.reduce((value, name) => TRANSFORMS[name]!(value), text);
}

function satisfies(leaf: Leaf, raw: string): boolean {
  const { op, value } = leaf;
  const same = leaf.ignore_case === true ? fold : (text: string) => text;
  const text = same(raw);
  const operand = () => same(bytes(value as string));
  const operands = () => [value].flat().map((item) => same(bytes(item as string)));
  switch (op) {
    case 'regex':
      return expressionOf(bytes(value as string), leaf.ignore_case === true).test(raw);
    case 'equals':
      return text === operand();
    case 'in':
      return operands().includes(text);
    case 'contains':
      return text.includes(operand());
    case 'phrases':
      return operands().some((phrase) => text.includes(phrase));
    case 'starts_with':
      return text.startsWith(operand());
    case 'ends_with':
      return text.endsWith(operand());
    case 'glob':
      return globMatches(operand(), text);
    case 'within':
      return operands().some((allowed) => allowed.includes(text));
    case 'exists':
      return true;
    case 'ip_in':
      return ipIn(value as string[], raw);
    case 'length':
      return isInBound(value as number | NumberBound, BigInt(raw.length));
    case 'byte_range':
      return [...raw].every((c) => isInRanges(value as string, c.charCodeAt(0)));
    case 'valid_url_encoding':
      return !/%(?![0-9a-f]{2})/i.test(raw);
    case 'valid_utf8':
      return isUtf8(raw);
    case 'is_sqli':
      return isSqli(raw);
    case 'is_xss':
      return isXss(raw);
    default:
      if (typeof value === 'string' && !/^[+-]?\d+$/.test(value)) return false;
      return numberHolds(op, typeof value === 'string' ? BigInt(value) : value, raw);
  }
}

const EXPRESSIONS = new Map<string, RE2JS>();

/** Compiled once: the same few expressions are asked about value after value. */
function expressionOf(source: string, ignoreCase: boolean): RE2JS {
  const key = `${ignoreCase} ${source}`;
  const known = EXPRESSIONS.get(key);
  if (known !== undefined) return known;
  const flags = RE2JS.DOTALL | (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  const expression = RE2JS.compile(source, flags);
  EXPRESSIONS.set(key, expression);
  return expression;
}

/** contracts.md 6.5: first part at the start, last part at the end of the whole value, rest in order. */
export function globMatches(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return text === pattern;
  const [first, last] = [parts[0]!, parts.at(-1)!];
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return true;
}

function numberHolds(op: string, value: unknown, raw: string): boolean {
  if (!/^[+-]?\d+$/.test(raw)) return false;
  const n = BigInt(raw.replace('+', ''));
  if (op === 'between') {
    const [least, most] = value as [number, number];
    return isInBound({ gte: least, lte: most }, n);
  }
  return isInBound({ [op]: value }, n);
}

function isInBound(bound: number | NumberBound, n: bigint): boolean {
  if (typeof bound === 'number') return n === BigInt(bound);
  return Object.entries(bound).every(([key, limit]) => {
    const other = BigInt(limit as number | bigint);
    if (key === 'eq') return n === other;
    if (key === 'lt') return n < other;
    if (key === 'lte') return n <= other;
    return key === 'gt' ? n > other : n >= other;
  });
}

function isInRanges(ranges: string, byte: number): boolean {
  return ranges.split(',').some((range) => {
    const [low = '', high = low] = range.split('-');
    return byte >= Number(low) && byte <= Number(high);
  });
}

function isUtf8(raw: string): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(raw, 'latin1'));
    return true;
  } catch {
    return false;
  }
}

function ipIn(networks: readonly string[], raw: string): boolean {
  const family = isIP(raw);
  if (family === 0) return false;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(raw)?.[1];
  const address = mapped ?? raw;
  return networks.some((network) => {
    const [base = '', length] = network.split('/');
    const list = new BlockList();
    const kind = isIPv4(base) ? 'ipv4' : 'ipv6';
    list.addSubnet(base, Number(length ?? (kind === 'ipv4' ? 32 : 128)), kind);
    const own = isIPv4(address) ? 'ipv4' : 'ipv6';
    return own === kind && list.check(address, own);
  });
}

function fold(text: string): string {
  return text.replace(/[A-Z]/g, (c) => c.toLowerCase());
}

function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
