import { toNumber } from './fold-link.ts';
import { Gap } from './gap.ts';
import type { OperatorCall } from './model.ts';
import { isNumeric } from './value-test.ts';
import { oneOrMany, type WrittenLeaf } from './written-rule.ts';

/** A body with parts. */
export const IS_MULTIPART: WrittenLeaf = {
  target: 'headers[content-type]',
  op: 'starts_with',
  value: 'multipart/',
  ignore_case: true,
};

/** What each body processor of ModSecurity is for, as content types. */
const PROCESSORS: ReadonlyMap<string, string> = new Map([
  ['JSON', '(?i)^(?:application|text)/(?:[^;\\s]+\\+)?(?:x-nd)?json\\b'],
  ['XML', '(?i)^(?:application|text)/(?:[^;\\s]+\\+)?xml\\b'],
  ['URLENCODED', '(?i)^application/x-www-form-urlencoded\\b'],
  ['MULTIPART', '(?i)^multipart/form-data\\b'],
]);

/** The body becomes something else than one text; REQUEST_BODY is empty then. */
export const IS_TAKEN_APART: WrittenLeaf = {
  target: 'headers[content-type]',
  op: 'regex',
  value: ['JSON', 'XML', 'MULTIPART'].map((name) => PROCESSORS.get(name)).join('|'),
};

/** REQBODY_PROCESSOR is decided by the content type. */
export function processorLeaf({ name, argument, negated }: OperatorCall): WrittenLeaf {
  const value = name === 'streq' ? PROCESSORS.get(argument) : undefined;
  if (value === undefined) throw new Gap(`@${name} ${argument} on REQBODY_PROCESSOR`);
  const leaf: WrittenLeaf = { target: 'headers[content-type]', op: 'regex', value };
  return negated ? { ...leaf, quantifier: 'none' } : leaf;
}

const COMPARISONS: ReadonlyMap<string, readonly [string, string | null]> = new Map([
  ['eq', ['==', null]],
  ['gt', ['>', '<=']],
  ['ge', ['>=', '<']],
  ['lt', ['<', '>=']],
  ['le', ['<=', '>']],
]);
const MAX_COUNT = 9999;

/** `&ARGS "@gt 255"`: how many values there are. */
export function countLeaf(
  target: readonly string[],
  { name, negated }: OperatorCall,
  argument: string,
): WrittenLeaf {
  if (!isNumeric(name)) throw new Gap(`@${name} on a number of values`);
  const number = toNumber(argument);
  if (number > MAX_COUNT) throw new Gap(`counting to more than ${MAX_COUNT} values`);
  const comparison = COMPARISONS.get(name)?.[negated ? 1 : 0];
  const count = `${comparison ?? (number === 0 ? '>' : '!=')}${number}`;
  const leaf: WrittenLeaf = { target: oneOrMany(target), op: 'exists' };
  if (count === '>0' || count === '>=1') return leaf;
  if (count === '==0' || count === '<1' || count === '<=0') return { ...leaf, quantifier: 'none' };
  if (count.startsWith('!')) throw new Gap('a number of values that differs: !@eq');
  return { ...leaf, quantifier: { count } };
}
