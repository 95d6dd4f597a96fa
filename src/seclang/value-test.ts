import { toNumber } from './fold-link.ts';
import { Gap } from './gap.ts';
import type { OperatorCall } from './model.ts';
import { phrasesOf } from './phrases.ts';

/** What a leaf of the rule language asks of each value: a leaf without its targets. */
export interface ValueTest {
  readonly op: string;
  readonly value?: unknown;
  readonly ignore_case?: boolean;
  readonly negate?: boolean;
  readonly transforms?: readonly string[];
  readonly each_transform?: boolean;
}

export interface TestSource {
  readonly operator: OperatorCall;
  /** The argument with its macros resolved. */
  readonly argument: string;
  readonly transforms: readonly string[];
  readonly eachTransform: boolean;
  /** Text of a data file, by the name that the operator gives. */
  readonly data: (name: string) => string | undefined;
}

/** SecLang operators on text that are a word of ours and nothing else. */
const TEXT_OPERATORS: ReadonlyMap<string, string> = new Map([
  ['contains', 'contains'],
  ['strmatch', 'contains'],
  ['streq', 'equals'],
  ['beginswith', 'starts_with'],
  ['endswith', 'ends_with'],
  ['within', 'within'],
  ['rx', 'regex'],
]);

/** SecLang operator → ours, and ours when negated: a value is a number in both. */
const NUMBER_OPERATORS: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['lt', ['lt', 'gte']],
  ['le', ['lte', 'gt']],
  ['gt', ['gt', 'lte']],
  ['ge', ['gte', 'lt']],
]);

/** Operators that match what is not in order, where ours match what is. */
const INVERSE_OPERATORS: ReadonlyMap<string, string> = new Map([
  ['validatebyterange', 'byte_range'],
  ['validateutf8encoding', 'valid_utf8'],
  ['validateurlencoding', 'valid_url_encoding'],
]);

/** Throws Gap when the rule language has no such operator. */
export function valueTest(source: TestSource): ValueTest {
  const { operator, transforms, eachTransform } = source;
  const test = operatorTest(source);
  const left = test.op === 'length' ? transforms.filter((name) => name !== 'length') : transforms;
  const negated = operator.negated !== (test.negate ?? false);
  return {
    ...(left.length === 0 ? {} : { transforms: left }),
    ...(eachTransform && left.length > 0 ? { each_transform: true } : {}),
    op: test.op,
    ...(test.value === undefined ? {} : { value: test.value }),
    ...(test.ignore_case === true ? { ignore_case: true } : {}),
    ...(negated && !isNumeric(operator.name) ? { negate: true } : {}),
  };
}

function operatorTest(source: TestSource): ValueTest {
  const { operator, argument } = source;
  const { name } = operator;
  if (isNumeric(name)) return numberTest(source);
  const text = TEXT_OPERATORS.get(name);
  if (text !== undefined) return textTest(text, argument);
  const inverse = INVERSE_OPERATORS.get(name);
  if (inverse === 'byte_range') return { op: inverse, value: argument.trim(), negate: true };
  if (inverse !== undefined) return { op: inverse, negate: true };
  switch (name) {
    case 'pm':
    case 'pmf':
    case 'pmfromfile':
      return { op: 'phrases', value: phrasesOf(name, argument, source.data), ignore_case: true };
    case 'ipmatch':
      return { op: 'ip_in', value: argument.split(',').map((network) => network.trim()) };
    case 'ipmatchf':
    case 'ipmatchfromfile':
      return { op: 'ip_in', value: phrasesOf('pmfromfile', argument, source.data) };
    case 'detectsqli':
      return { op: 'is_sqli' };
    case 'detectxss':
      return { op: 'is_xss' };
    case 'unconditionalmatch':
      return { op: 'exists' };
    default:
      throw new Gap(`the operator @${name}`);
  }
}

/** An empty text is no pattern in the rule language. */
function textTest(op: string, argument: string): ValueTest {
  if (argument !== '') return { op, value: argument };
  return op === 'equals' ? { op: 'length', value: { eq: 0 } } : { op: 'exists' };
}

function numberTest({ operator, argument, transforms }: TestSource): ValueTest {
  const { name, negated } = operator;
  const value = argument.startsWith('${') ? argument : toNumber(argument);
  if (transforms.at(-1) === 'length') return lengthTest(name, negated, value);
  const inequality = NUMBER_OPERATORS.get(name);
  if (inequality !== undefined) return { op: inequality[negated ? 1 : 0], value };
  if (typeof value === 'string') throw new Gap('equality with a number that the request gives');
  if (negated) throw new Gap('a number that differs: !@eq on values');
  return { op: 'between', value: [value, value] };
}

function lengthTest(name: string, negated: boolean, value: number | string): ValueTest {
  const op = NUMBER_OPERATORS.get(name)?.[negated ? 1 : 0] ?? 'eq';
  if (typeof value === 'string' || (op === 'eq' && negated))
    throw new Gap('this bound on a length');
  return { op: 'length', value: { [op]: value } };
}

export function isNumeric(operator: string): boolean {
  return operator === 'eq' || NUMBER_OPERATORS.has(operator);
}
