import { canonicalJson } from '../config/canonical-json.ts';
import type { Fault } from './fault.ts';
import { isEmptyPattern, matchesEverything } from './matches-everything.ts';
import type { Rule } from './model.ts';
import { isLeaf, walkCondition } from './walk-condition.ts';

/** What is well-formed and still wrong, or worth a warning, about one rule. Pointers are into the rule. */
export function lintRule(rule: Rule, written: object): Fault[] {
  return [...lintPatterns(rule), ...lintProvenance(rule), ...lintPortability(written)];
}

/** Warnings about a rule beside others: the same condition twice, or one that can never decide. */
export function lintTogether(rule: Rule, others: ConditionIndex): Fault[] {
  const faults: Fault[] = [];
  for (const other of others.get(conditionKey(rule)) ?? []) {
    if (other.id === rule.id || other.mode === 'off') continue;
    if (allowsAll(other) && other.priority > rule.priority) {
      faults.push({
        code: 'WAF_ERR_RULE_UNREACHABLE',
        severity: 'warning',
        pointer: '/when',
        message: `rule ${other.id} has the same condition, a higher priority, and allows everything`,
        hint: `Give this rule a priority above ${other.priority}, or remove one of the two.`,
      });
    } else if (canonicalJson(other.action) === canonicalJson(rule.action)) {
      faults.push({
        code: 'WAF_ERR_RULE_DUPLICATE_CONDITION',
        severity: 'warning',
        pointer: '/when',
        message: `rule ${other.id} has the same condition and action`,
        hint: 'Remove one of the two.',
      });
    }
  }
  return faults;
}

/** Rules by their condition. */
export type ConditionIndex = ReadonlyMap<string, readonly Rule[]>;

export function indexConditions(rules: Iterable<Rule>): ConditionIndex {
  const index = new Map<string, Rule[]>();
  for (const rule of rules) {
    const key = conditionKey(rule);
    const same = index.get(key);
    if (same === undefined) index.set(key, [rule]);
    else same.push(rule);
  }
  return index;
}

/** Rules are immutable, so a key is computed once however often a rule set is looked through. */
const keys = new WeakMap<Rule, string>();

function conditionKey(rule: Rule): string {
  const known = keys.get(rule);
  if (known !== undefined) return known;
  const key = canonicalJson(rule.when);
  keys.set(rule, key);
  return key;
}

function lintPatterns(rule: Rule): Fault[] {
  const empty = [...walkCondition(rule.when)].filter(
    ({ condition }) => isLeaf(condition) && isEmptyPattern(condition),
  );
  if (empty.length > 0) {
    return empty.map(({ pointer }) => ({
      code: 'WAF_ERR_RULE_MATCHES_EVERYTHING',
      pointer: `${pointer}/value`,
      message: 'the pattern has no character to look for',
      hint: 'Say what the attack looks like. An empty pattern, "^", "$" and "*" match everything.',
    }));
  }
  // A limit or a log entry for every request is a sensible wish; a verdict on every request is not.
  if ('ratelimit' in rule.action || 'log' in rule.action || !matchesEverything(rule.when))
    return [];
  return [
    {
      code: 'WAF_ERR_RULE_MATCHES_EVERYTHING',
      pointer: '/when',
      message: 'the condition is true for every request',
      hint: 'Narrow it down. Only log and ratelimit may apply to every request.',
    },
  ];
}

function lintProvenance(rule: Rule): Fault[] {
  if (rule.provenance?.source !== 'ml' || (rule.examples?.match.length ?? 0) > 0) return [];
  return [
    {
      code: 'WAF_ERR_RULE_NO_EXAMPLES',
      severity: 'warning',
      pointer: '/provenance',
      message: 'the rule was generated and has no example of what it must match',
      hint: 'Add samples of the attack under examples.match and of normal traffic under no_match.',
    },
  ];
}

function lintPortability(written: object): Fault[] {
  return (['max_length', 'requires'] as const)
    .filter((key) => key in written)
    .map((key) => ({
      code: 'WAF_ERR_RULE_NEEDS_OUR_GUEST',
      severity: 'warning',
      pointer: `/${key}`,
      message: `${key} is enforced here; the original universal-waf guest ignores it`,
      hint: 'Nothing to do, unless the rule is also used with that guest.',
      at: 'key',
    }));
}

function allowsAll(rule: Rule): boolean {
  return 'allow' in rule.action && rule.action.allow.skip === 'all';
}
