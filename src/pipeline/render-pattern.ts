import type { Condition, Leaf, Rule } from '../rules/model.ts';

const MAX_LENGTH = 200;

/**
 * What a person sees of a rule: the pattern of the short form where the rule can be written so,
 * else its conditions on one line, e.g. `uri contains "/admin" and not client.ip ip_in …`. Pure.
 */
export function renderPattern(rule: Pick<Rule, 'when'>): string {
  const text = ('op' in rule.when ? shortPattern(rule.when) : undefined) ?? render(rule.when);
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 1)}…`;
}

/** The inverse of how short-form patterns become leaves. */
function shortPattern(leaf: Leaf): string | undefined {
  const { op, value, ignore_case = false, transforms = [], except = [], quantifier } = leaf;
  const plain = transforms.length === 0 && except.length === 0 && quantifier === undefined;
  if (!plain || leaf.target.length !== 1 || typeof value !== 'string') return undefined;
  if (op === 'equals' && !ignore_case) return `^${value}$`;
  if (op === 'starts_with' && !ignore_case) return `^${value}`;
  if (op === 'ends_with' && !ignore_case) return `${value}$`;
  const loose = ignore_case && !value.startsWith('^') && !value.endsWith('$');
  if (op === 'glob' && loose && value.includes('*')) return value;
  if (op === 'contains' && loose && !value.includes('*')) return value;
  return undefined;
}

function render(condition: Condition): string {
  if ('all' in condition) return join(condition.all, ' and ');
  if ('any' in condition) return join(condition.any, ' or ');
  if ('not' in condition) return `not ${render(condition.not)}`;
  return renderLeaf(condition);
}

function join(conditions: readonly Condition[], word: string): string {
  const parts = conditions.map(render);
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(word)})`;
}

function renderLeaf({ target, transforms = [], op, value }: Leaf): string {
  const read = [target.join(' | '), ...transforms].join(' → ');
  return value === undefined ? `${read} ${op}` : `${read} ${op} ${renderValue(value)}`;
}

/** Long lists are cut before they are turned into text. */
function renderValue(value: unknown): string {
  if (!Array.isArray(value) || value.length <= 5) return JSON.stringify(value);
  return `${JSON.stringify(value.slice(0, 5)).slice(0, -1)},… ${value.length - 5} more]`;
}
