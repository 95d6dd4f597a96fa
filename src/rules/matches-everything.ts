import type { Condition, Leaf, NumberBound } from './model.ts';
import { checkOperand, OPERATORS } from './operators.ts';
import { parseTarget } from './targets.ts';

/**
 * Whether a condition is true for every request. Conservative: `false` means "not known to be".
 */
export function matchesEverything(condition: Condition): boolean {
  if ('all' in condition) return condition.all.every(matchesEverything);
  if ('any' in condition) return condition.any.some(matchesEverything);
  if ('not' in condition) return false;
  return leafMatchesEverything(condition);
}

/**
 * Whether a text operand says nothing: no characters, or nothing but stars. `equals` and `in` are among
 * them: a rule that looks for the empty value was most likely meant to look for something.
 */
export function isEmptyPattern(leaf: Leaf): boolean {
  if (!isWellFormed(leaf)) return false;
  switch (leaf.op) {
    case 'equals':
    case 'contains':
    case 'starts_with':
    case 'ends_with':
    case 'regex':
      return leaf.value === '';
    case 'glob':
      return /^\**$/.test(String(leaf.value));
    case 'in':
    case 'phrases':
      return (leaf.value as readonly string[]).includes('');
    default:
      return false;
  }
}

/** A leaf whose operand does not fit is refused for that already. */
function isWellFormed(leaf: Leaf): boolean {
  return checkOperand(OPERATORS[leaf.op].operand, leaf.value).ok;
}

function leafMatchesEverything(leaf: Leaf): boolean {
  if (!isWellFormed(leaf)) return false;
  if (leaf.quantifier === 'none' || leaf.on === 'matched' || leaf.except !== undefined)
    return false;
  if (typeof leaf.quantifier === 'object') return false;
  if (!leaf.target.some((target) => parseTarget(target)?.definition.always === true)) return false;
  if (leaf.op === 'exists') return true;
  if (leaf.op === 'length') return coversAllLengths(leaf.value as NumberBound);
  if (leaf.op === 'ip_in') return coversAFamily(leaf.value as readonly string[]);
  if (isSlashOfEveryPath(leaf)) return true;
  return isEmptyPattern(leaf) && leaf.op !== 'equals' && leaf.op !== 'in';
}

/** Every target that a node forwards begins with a slash. */
function isSlashOfEveryPath({ target, op, value }: Leaf): boolean {
  if (!target.some((name) => name === 'uri' || name === 'path' || name === 'path.raw'))
    return false;
  if (op === 'starts_with' || op === 'contains') return value === '/';
  if (op === 'phrases') return (value as readonly string[]).includes('/');
  return op === 'glob' && /^\**\/\*+$/.test(String(value));
}

function coversAllLengths(bound: NumberBound): boolean {
  const { eq, lt, lte, gt, gte } = bound;
  return (
    eq === undefined && lt === undefined && lte === undefined && (gt ?? -1) < 0 && (gte ?? 0) <= 0
  );
}

/** One family is enough: most fleets serve only one, and there it is everyone. */
function coversAFamily(networks: readonly string[]): boolean {
  return networks.some((network) => /^[0-9a-fA-F:.]+\/0+$/.test(network));
}
