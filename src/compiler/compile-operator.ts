import {
  MAX_LITERAL_BYTES,
  OP_BYTE_RANGE,
  OP_EXISTS,
  OP_GLOB,
  OP_IP_IN,
  OP_IS_SQLI,
  OP_IS_XSS,
  OP_LENGTH,
  OP_LITERAL,
  OP_NUMBER,
  OP_REGEX,
  OP_TEXTS,
  OP_VALID_URL_ENCODING,
  OP_VALID_UTF8,
  OP_WITHIN,
  PART_IS_AT_END,
  PART_IS_AT_START,
  PART_IS_EXACT,
  PART_IS_WHOLE,
  REF_IS_AT_END,
  REF_IS_AT_START,
  REF_IS_EXACT,
  REF_IS_GLOB,
} from '../config/layout.gen.ts';
import type { Leaf } from '../rules/model.ts';
import { type ByteText, foldBytes, toBytes } from './byte-text.ts';
import { ipRanges } from './ip-ranges.ts';
import { intervalOf, lengthBound } from './number-bound.ts';
import type { LeafTest, Literal, Operand } from './program-model.ts';
import type { RegexOptions } from './regex/compile-regex.ts';
import { cachedRegex } from './regex-cache.ts';

/** What a value has to be, when it is not that. */
export interface BadValue {
  readonly expected: string;
}

/** A regular expression that the engine cannot run, and where. */
export interface BadRegex {
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

/** How the leaf is going to be tested, as far as its operator has to know. */
export interface TestOptions {
  /** Values come lower-cased: the transform that would do it was left out. */
  readonly lowercased: boolean;
  /** The leaf is put to values one by one; its literals are not searched for together with others. */
  readonly alone: boolean;
}

const NOTHING: Operand = { kind: 'none' };
const EXISTS: LeafTest = { op: OP_EXISTS, operand: NOTHING, literals: [] };

/** The test that an operator and its value make; null for an operator that the engine does not serve. */
export function compileOperator(
  leaf: Leaf,
  options: TestOptions,
): LeafTest | BadValue | BadRegex | null {
  const test = testOf(leaf, options.lowercased);
  return options.alone && test !== null && 'literals' in test ? aloneTest(test) : test;
}

function testOf(leaf: Leaf, lowercased: boolean): LeafTest | BadValue | BadRegex | null {
  const { op, value } = leaf;
  const exact = leaf.ignore_case === true ? 0 : REF_IS_EXACT;
  const search = (texts: readonly ByteText[], flags: number, whole: boolean) =>
    lowercased
      ? lowercasedLiterals(texts, exact | flags, whole)
      : literals(texts, exact | flags, whole);
  switch (op) {
    case 'regex':
      return regex(value, { ignoreCase: leaf.ignore_case === true, lowercased });
    case 'equals':
      return withText(value, (text) => search([text], 0, true));
    case 'in':
      return withTexts(value, (texts) => search(texts, 0, true));
    case 'contains':
      return withText(value, (text) => search([text], 0, false));
    case 'phrases':
      return withTexts(value, (texts) => search(texts, 0, false));
    case 'starts_with':
      return withText(value, (text) => search([text], REF_IS_AT_START, false));
    case 'ends_with':
      return withText(value, (text) => search([text], REF_IS_AT_END, false));
    case 'glob':
      return withText(value, (text) => glob(text, exact));
    case 'within':
      return withTexts(typeof value === 'string' ? [value] : value, (texts) =>
        within(texts, exact),
      );
    case 'ip_in':
      return ipIn(typeof value === 'string' ? [value] : value);
    case 'length':
      return withBound(OP_LENGTH, lengthBound(value), 'an integer or bounds, e.g. {"lte": 20}');
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
    case 'between':
      return withBound(OP_NUMBER, intervalOf(op, value), 'an integer; for between two of them');
    case 'exists':
      return EXISTS;
    case 'byte_range':
      return byteRange(value);
    case 'valid_utf8':
      return { ...EXISTS, op: OP_VALID_UTF8 };
    case 'valid_url_encoding':
      return { ...EXISTS, op: OP_VALID_URL_ENCODING };
    case 'is_sqli':
      return { ...EXISTS, op: OP_IS_SQLI };
    case 'is_xss':
      return { ...EXISTS, op: OP_IS_XSS };
    default:
      return null;
  }
}

function withText(value: unknown, make: (text: ByteText) => LeafTest): LeafTest | BadValue {
  if (typeof value !== 'string') return { expected: 'a string' };
  return withTexts([value], ([text]) => make(text!));
}

function withTexts(
  value: unknown,
  make: (texts: readonly ByteText[]) => LeafTest,
): LeafTest | BadValue {
  const isTexts =
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
  if (!isTexts) return { expected: 'an array of strings' };
  const texts = value.map(toBytes);
  if (texts.some((text) => text.length > MAX_LITERAL_BYTES)) {
    return { expected: `text of at most ${MAX_LITERAL_BYTES} bytes` };
  }
  return make(texts);
}

function withBound(
  op: number,
  bound: readonly [min: bigint, max: bigint] | null,
  expected: string,
): LeafTest | BadValue {
  if (bound === null) return { expected };
  return { op, operand: { kind: 'bound', min: bound[0], max: bound[1] }, literals: [] };
}

/** The same test without the shared search: the engine looks for the texts in one value at a time. */
function aloneTest(test: LeafTest): LeafTest {
  if (test.op !== OP_LITERAL) return { ...test, literals: [] };
  const parts = test.literals.map(({ text, flags, whole }) => ({
    text,
    flags:
      ((flags & REF_IS_EXACT) !== 0 ? PART_IS_EXACT : 0) |
      ((flags & REF_IS_AT_START) !== 0 ? PART_IS_AT_START : 0) |
      ((flags & REF_IS_AT_END) !== 0 ? PART_IS_AT_END : 0) |
      (whole ? PART_IS_WHOLE : 0),
  }));
  return { op: OP_TEXTS, operand: { kind: 'pattern', parts, fold: false }, literals: [] };
}

function regex(value: unknown, options: RegexOptions): LeafTest | BadValue | BadRegex {
  if (typeof value !== 'string') return { expected: 'a regular expression' };
  const compiled = cachedRegex(toBytes(value), options);
  if (!compiled.ok) return compiled;
  const key = JSON.stringify([value, options.ignoreCase, options.lowercased === true]);
  const operand: Operand = {
    kind: 'regex',
    key,
    source: toBytes(value),
    ignoreCase: options.ignoreCase,
    regex: compiled.regex,
  };
  return { op: OP_REGEX, operand, literals: [] };
}

/** Texts to look for. Searching for the empty text finds it in every value. */
function literals(texts: readonly ByteText[], flags: number, whole: boolean): LeafTest {
  if (!whole && texts.includes('')) return EXISTS;
  const isExact = (flags & REF_IS_EXACT) !== 0;
  const unique = [...new Set(isExact ? texts : texts.map(foldBytes))].sort();
  return {
    op: OP_LITERAL,
    operand: NOTHING,
    literals: unique.map((text) => ({ text, flags, whole })),
  };
}

/** Lower-cased values contain no capitals; without those, case does not matter. */
function lowercasedLiterals(texts: readonly ByteText[], flags: number, whole: boolean): LeafTest {
  const isExact = (flags & REF_IS_EXACT) !== 0;
  const possible = isExact ? texts.filter((text) => text === foldBytes(text)) : texts;
  return literals(possible, flags & ~REF_IS_EXACT, whole);
}

/** The longest part is looked for; where it is found, the whole pattern is tried. */
function glob(pattern: ByteText, exact: number): LeafTest {
  const fold = exact === 0;
  const parts = (fold ? foldBytes(pattern) : pattern).split('*');
  if (parts.length === 1) return literals([pattern], exact, true);
  const longest = Math.max(...parts.map((part) => part.length));
  if (longest === 0) return EXISTS;
  const index = parts.findIndex((part) => part.length === longest);
  const position = index === 0 ? REF_IS_AT_START : index === parts.length - 1 ? REF_IS_AT_END : 0;
  const literal: Literal = {
    text: parts[index]!,
    flags: exact | position | REF_IS_GLOB,
    whole: false,
  };
  const inner = parts.filter((part, i) => i === 0 || i === parts.length - 1 || part !== '');
  return {
    op: OP_GLOB,
    operand: { kind: 'pattern', parts: plain(inner), fold },
    literals: [literal],
  };
}

function within(texts: readonly ByteText[], exact: number): LeafTest {
  const fold = exact === 0;
  const parts = fold ? texts.map(foldBytes) : texts;
  return { op: OP_WITHIN, operand: { kind: 'pattern', parts: plain(parts), fold }, literals: [] };
}

function plain(texts: readonly ByteText[]) {
  return texts.map((text) => ({ text, flags: 0 }));
}

function ipIn(value: unknown): LeafTest | BadValue {
  const expected = 'IPv4 or IPv6 addresses or networks, e.g. "10.0.0.0/8"';
  const isTexts = Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (!isTexts || value.length === 0) return { expected };
  const ranges = ipRanges(value);
  if ('invalid' in ranges)
    return { expected: `${expected}, not ${JSON.stringify(ranges.invalid)}` };
  return { op: OP_IP_IN, operand: { kind: 'ip_set', ranges }, literals: [] };
}

/** `32-126,9`: every byte of the value has to be one of these. */
function byteRange(value: unknown): LeafTest | BadValue {
  const expected = 'byte ranges from 0 to 255, e.g. "32-126,9"';
  if (typeof value !== 'string') return { expected };
  const bytes = new Set<number>();
  for (const range of value.split(',')) {
    const [, low, high] = /^\s*(\d{1,3})(?:-(\d{1,3}))?\s*$/.exec(range) ?? [];
    const first = Number(low);
    const last = Number(high ?? low);
    if (!(first <= last && last <= 255)) return { expected };
    for (let byte = first; byte <= last; byte++) bytes.add(byte);
  }
  const sorted = [...bytes].sort((a, b) => a - b);
  return { op: OP_BYTE_RANGE, operand: { kind: 'byte_set', bytes: sorted }, literals: [] };
}
