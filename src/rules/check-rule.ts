import { LIMITS } from '../config/limits.ts';
import { checkPhase } from './check-phase.ts';
import type { RuleErrorCode } from './error-codes.ts';
import { exampleCases } from './examples.ts';
import type { Fault } from './fault.ts';
import type { Leaf, Rule } from './model.ts';
import { checkOperand, OPERATORS } from './operators.ts';
import { suggestion } from './suggest.ts';
import { parseTarget, TARGET_SPELLINGS, type Target } from './targets.ts';
import { canonicalTransform, TRANSFORMS } from './transforms.ts';
import { type ConditionNode, isLeaf, walkCondition } from './walk-condition.ts';

/**
 * What the schema cannot say about one normalised rule: names that must exist, operands that must fit
 * their operator, sizes of the condition tree, examples. Pointers are into the rule.
 */
export function checkRule(rule: Rule): Fault[] {
  const nodes = [...walkCondition(rule.when)];
  return [
    ...checkSize(nodes),
    ...nodes.flatMap((node) => (isLeaf(node.condition) ? checkLeaf(node.condition, node) : [])),
    ...checkAction(rule),
    ...checkPhase(rule, nodes),
    ...checkInstants(rule),
    ...exampleCases(rule).faults,
  ];
}

function checkSize(nodes: readonly ConditionNode[]): Fault[] {
  const { max_condition_depth: depth, max_conditions: count } = LIMITS.rule;
  const tooDeep = nodes.find((node) => node.depth > depth);
  const faults: Fault[] = [];
  if (tooDeep !== undefined) {
    faults.push({
      code: 'WAF_ERR_RULE_CONDITION_TOO_DEEP',
      pointer: tooDeep.pointer,
      message: `conditions are nested deeper than ${depth} levels`,
      hint: 'Flatten the condition or split the rule.',
    });
  }
  if (nodes.length > count) {
    faults.push({
      code: 'WAF_ERR_RULE_CONDITION_TOO_LARGE',
      pointer: '/when',
      message: `${nodes.length} conditions; at most ${count} are allowed in a rule`,
      hint: 'Split the rule; for a list of words use the operator `in` or `phrases`.',
    });
  }
  return faults;
}

function checkLeaf(leaf: Leaf, { pointer, afterLeaf }: ConditionNode): Fault[] {
  const faults: Fault[] = [];
  if (leaf.on === 'matched' && !afterLeaf) {
    faults.push({
      code: 'WAF_ERR_RULE_MATCHED_WITHOUT_SIBLING',
      pointer: `${pointer}/on`,
      message: 'there is no earlier leaf whose matched values could be looked at',
      hint: 'Put this leaf after another leaf of the same `all`.',
    });
  }
  for (const key of ['target', 'except'] as const) {
    for (const [index, target] of (leaf[key] ?? []).entries()) {
      if (parseTarget(target) === undefined) {
        faults.push(unknownTarget(`${pointer}/${key}/${index}`, target));
      }
    }
  }
  for (const [index, name] of (leaf.transforms ?? []).entries()) {
    if (canonicalTransform(name) === undefined) {
      faults.push({
        code: 'WAF_ERR_RULE_TRANSFORM_UNKNOWN',
        pointer: `${pointer}/transforms/${index}`,
        message: `${JSON.stringify(name)} is not a transform`,
        hint: suggestion(name, TRANSFORMS),
      });
    }
  }
  return [...faults, ...checkValue(leaf, pointer)];
}

function checkValue(leaf: Leaf, pointer: string): Fault[] {
  const { operand, text } = OPERATORS[leaf.op];
  const { ok, expected } = checkOperand(operand, leaf.value);
  const faults: Fault[] = [];
  if (!ok) {
    const message = `${leaf.op} needs ${expected}`;
    faults.push(operandFault(`${pointer}/value`, message, `Give ${expected} as "value".`));
  }
  if (leaf.ignore_case !== undefined && !text) {
    const message = `${leaf.op} does not compare text, so it has no case to ignore`;
    faults.push(operandFault(`${pointer}/ignore_case`, message, 'Remove "ignore_case".'));
  }
  if (ok && leaf.op === 'between') {
    const [low, high] = leaf.value as [number, number];
    if (low > high) {
      faults.push({
        code: 'WAF_ERR_RULE_MATCHES_NOTHING',
        pointer: `${pointer}/value`,
        message: `no number is between ${low} and ${high}`,
        hint: 'Write the smaller number first.',
      });
    }
  }
  return faults;
}

function checkAction(rule: Rule): Fault[] {
  if ('score' in rule.action && rule.score === undefined) {
    return [
      {
        code: 'WAF_ERR_RULE_SCORE',
        pointer: '/action',
        message: 'the action is score, and the rule gives no score',
        hint: 'Add e.g. "score": {"inbound": 5}, or choose another action.',
      },
    ];
  }
  if (!('ratelimit' in rule.action)) return [];
  const { key } = rule.action.ratelimit;
  const target = parseTarget(key);
  if (target === undefined) return [unknownTarget('/action/ratelimit/key', key)];
  if (isSingle(target)) return [];
  const message = `${JSON.stringify(key)} has many values, so it cannot be the key of a rate limit`;
  return [
    fault(
      'WAF_ERR_RULE_VALUE',
      '/action/ratelimit/key',
      message,
      'Name one value: client.ip, headers[x-api-key].',
    ),
  ];
}

/** True for a target that means one value: not all of a family, nor those whose name matches a pattern. */
function isSingle({ definition, isPattern }: Target): boolean {
  return isPattern !== true && !/\.(\*|names)$|^(?:capture|score)$/.test(definition.name);
}

function checkInstants(rule: Rule): Fault[] {
  return (['created_at', 'expires_at'] as const)
    .filter((key) => rule[key] !== undefined && Number.isNaN(Date.parse(rule[key])))
    .map((key) =>
      fault(
        'WAF_ERR_RULE_VALUE',
        `/${key}`,
        `${rule[key]} is not a date and time`,
        'Write e.g. 2030-01-31T12:00:00Z.',
      ),
    );
}

function unknownTarget(pointer: string, target: string): Fault {
  const message = `${JSON.stringify(target)} is not a target`;
  return fault(
    'WAF_ERR_RULE_TARGET_UNKNOWN',
    pointer,
    message,
    suggestion(target, TARGET_SPELLINGS),
  );
}

function operandFault(pointer: string, message: string, hint: string): Fault {
  return fault('WAF_ERR_RULE_OPERAND', pointer, message, hint);
}

function fault(code: RuleErrorCode, pointer: string, message: string, hint: string): Fault {
  return { code, pointer, message, hint };
}
