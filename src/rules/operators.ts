import { isIP } from 'node:net';
import type { Operator } from './model.ts';

/** What `value` of an operator must be. */
export type Operand =
  | 'text'
  | 'texts'
  | 'text-or-texts'
  | 'networks'
  | 'number'
  | 'interval'
  | 'bound'
  | 'byte-ranges'
  | 'none';

interface OperatorDefinition {
  readonly operand: Operand;
  /** The operator compares text, so that `ignore_case` means something. */
  readonly text: boolean;
}

const text = (operand: Operand): OperatorDefinition => ({ operand, text: true });
const other = (operand: Operand): OperatorDefinition => ({ operand, text: false });

/** Every operator of the rule language. Which of them the engine serves is the compiler's business. */
export const OPERATORS: Readonly<Record<Operator, OperatorDefinition>> = {
  equals: text('text'),
  in: text('texts'),
  contains: text('text'),
  starts_with: text('text'),
  ends_with: text('text'),
  glob: text('text'),
  regex: text('text'),
  phrases: text('texts'),
  within: text('text-or-texts'),
  ip_in: other('networks'),
  length: other('bound'),
  exists: other('none'),
  lt: other('number'),
  lte: other('number'),
  gt: other('number'),
  gte: other('number'),
  between: other('interval'),
  byte_range: other('byte-ranges'),
  valid_utf8: other('none'),
  valid_url_encoding: other('none'),
  is_sqli: other('none'),
  is_xss: other('none'),
};

export const OPERATOR_NAMES = Object.keys(OPERATORS) as readonly Operator[];

/** A capture of an earlier sibling, e.g. `${id.1}`. */
const CAPTURE = /^\$\{[A-Za-z_]\w*\.\d\}$/;

/** What is expected in words, and whether `value` is it. */
export function checkOperand(operand: Operand, value: unknown): { ok: boolean; expected: string } {
  switch (operand) {
    case 'text':
      return { ok: typeof value === 'string', expected: 'a string' };
    case 'texts':
      return { ok: isTexts(value), expected: 'a non-empty array of strings' };
    case 'text-or-texts':
      return {
        ok: typeof value === 'string' || isTexts(value),
        expected: 'a string or a non-empty array of strings',
      };
    case 'networks':
      return {
        ok: isTexts(value) && value.every(isNetwork),
        expected: 'IPv4 or IPv6 addresses or networks, e.g. "10.0.0.0/8"',
      };
    case 'number':
      return { ok: isNumber(value) || isCapture(value), expected: 'an integer' };
    case 'interval':
      return {
        ok: Array.isArray(value) && value.length === 2 && value.every(isNumber),
        expected: 'two integers, e.g. [1, 9]',
      };
    case 'bound':
      return { ok: isBound(value), expected: 'an integer or bounds, e.g. {"lte": 20}' };
    case 'byte-ranges':
      return { ok: isByteRanges(value), expected: 'byte ranges from 0 to 255, e.g. "32-126,9"' };
    case 'none':
      return { ok: value === undefined, expected: 'no value' };
  }
}

/** An address without a zone, or one with a prefix length that fits its family. */
function isNetwork(written: string): boolean {
  if (written.includes('%')) return false;
  const slash = written.indexOf('/');
  if (slash === -1) return isIP(written) !== 0;
  const family = isIP(written.slice(0, slash));
  const length = written.slice(slash + 1);
  return family !== 0 && /^\d{1,3}$/.test(length) && Number(length) <= (family === 4 ? 32 : 128);
}

function isTexts(value: unknown): value is string[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')
  );
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isCapture(value: unknown): boolean {
  return typeof value === 'string' && CAPTURE.test(value);
}

function isBound(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  const known = ['eq', 'lt', 'lte', 'gt', 'gte'];
  return (
    entries.length > 0 && entries.every(([key, item]) => known.includes(key) && isNumber(item))
  );
}

function isByteRanges(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  return value.split(',').every((range) => {
    const match = /^\s*(\d{1,3})(?:-(\d{1,3}))?\s*$/.exec(range);
    if (match === null) return false;
    const low = Number(match[1]);
    const high = Number(match[2] ?? match[1]);
    return low <= high && high <= 255;
  });
}
