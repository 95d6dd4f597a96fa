import type { Link, Variable } from './model.ts';
import type { TransactionVariables } from './transaction-variables.ts';

/**
 * What a link is for every request: `true`, `false`, or null when it depends on the request. Only TX
 * variables with a constant value, and their counts, are looked at.
 */
export function foldLink(link: Link, tx: TransactionVariables): boolean | null {
  if (link.operator === null) return true;
  const { name, negated } = link.operator;
  const argument = tx.expand(link.operator.argument);
  const inputs = link.variables
    .filter(({ excluded }) => !excluded)
    .map((each) => inputOf(each, tx));
  if (argument === null || inputs.some((input) => input === null)) return null;
  const verdicts = (inputs as (string | undefined)[])
    .filter((input) => input !== undefined)
    .map((input) => holds(name, input, argument));
  if (verdicts.some((verdict) => verdict === null)) return null;
  return verdicts.some((verdict) => verdict !== negated);
}

/** undefined: the variable has no value, so that nothing can match. */
function inputOf(variable: Variable, tx: TransactionVariables): string | undefined | null {
  if (variable.name !== 'TX' || variable.selector === undefined || variable.pattern) return null;
  if (/^\d$/.test(variable.selector)) return null;
  const value = tx.get(variable.selector);
  if (variable.counted) return value === undefined ? '0' : '1';
  if (value === undefined) return undefined;
  return value.kind === 'constant' ? value.text : null;
}

/** Numbers are read as C does: what is no number is 0. */
function holds(operator: string, input: string, argument: string): boolean | null {
  const [left, right] = [toNumber(input), toNumber(argument)];
  switch (operator) {
    case 'eq':
      return left === right;
    case 'ge':
      return left >= right;
    case 'gt':
      return left > right;
    case 'le':
      return left <= right;
    case 'lt':
      return left < right;
    case 'streq':
      return input === argument;
    case 'contains':
    case 'strmatch':
      return input.includes(argument);
    case 'beginswith':
      return input.startsWith(argument);
    case 'endswith':
      return input.endsWith(argument);
    case 'within':
      return argument.includes(input);
    case 'unconditionalmatch':
      return true;
    case 'nomatch':
      return false;
    default:
      return null;
  }
}

export function toNumber(text: string): number {
  const number = Number.parseInt(text, 10);
  return Number.isNaN(number) ? 0 : number;
}
