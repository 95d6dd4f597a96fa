import type { NumberBound, Operator } from '../rules/model.ts';

/** Both ends belong to the interval; an interval that ends before it starts holds for nothing. */
export type Interval = readonly [min: bigint, max: bigint];

/** Beyond what the engine reads out of any value. */
const LEAST = -(2n ** 62n);
const MOST = 2n ** 62n;

/** The interval of `lt`, `lte`, `gt`, `gte` and `between`; null when the value is not for them. */
export function intervalOf(op: Operator, value: unknown): Interval | null {
  if (op !== 'between') return isInteger(value) ? boundOf({ [op]: value }) : null;
  if (!Array.isArray(value) || value.length !== 2 || !value.every(isInteger)) return null;
  return boundOf({ gte: value[0], lte: value[1] });
}

/** The interval of `length`: an integer, or bounds that all have to hold. */
export function lengthBound(value: unknown): Interval | null {
  if (isInteger(value)) return boundOf({ eq: value });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const entries = Object.entries(value);
  const isBound = entries.every(([key, item]) => KEYS.has(key) && isInteger(item));
  return isBound && entries.length > 0 ? boundOf(value) : null;
}

const KEYS: ReadonlySet<string> = new Set(['eq', 'lt', 'lte', 'gt', 'gte']);

function boundOf({ eq, lt, lte, gt, gte }: NumberBound): Interval {
  const least = [eq, gte].map((n) => (n === undefined ? LEAST : BigInt(n)));
  const most = [eq, lte].map((n) => (n === undefined ? MOST : BigInt(n)));
  if (gt !== undefined) least.push(BigInt(gt) + 1n);
  if (lt !== undefined) most.push(BigInt(lt) - 1n);
  return [
    least.reduce((a, b) => (a > b ? a : b), LEAST),
    most.reduce((a, b) => (a < b ? a : b), MOST),
  ];
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
