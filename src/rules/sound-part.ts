import type { Fault } from './fault.ts';
import { pointerSteps } from './json-pointer.ts';
import type { WrittenRule } from './normalise.ts';

/**
 * What is left of a rule with faults of shape, so that its other faults can be reported in the same go:
 * unknown keys are taken out, an unknown operator is replaced by a harmless one, and any other fault
 * takes its top-level key out. null when nothing remains that has a condition.
 */
export function soundPart(value: unknown, faults: readonly Fault[]): WrittenRule | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const rule = structuredClone(value) as Record<string, unknown>;
  for (const fault of faults) {
    const steps = pointerSteps(fault.pointer);
    const last = steps.at(-1);
    if (last === undefined) continue;
    const parent = steps.slice(0, -1).reduce(member, rule);
    if (fault.code === 'WAF_ERR_RULE_OPERATOR_UNKNOWN' && isObject(parent)) {
      parent.op = 'exists';
      delete parent.value;
      delete parent.ignore_case;
    } else if (fault.code === 'WAF_ERR_RULE_KEY_UNKNOWN' && isObject(parent)) {
      delete parent[last];
    } else {
      delete rule[steps[0]!];
    }
  }
  const short = typeof rule.field === 'string' && typeof rule.pattern === 'string';
  if (!short && !isObject(rule.when)) return null;
  // `log` keeps the checks of actions and catch-alls silent: they would judge the replacement.
  return { ...rule, id: 'unnamed', action: 'log' };
}

function member(value: unknown, step: string): unknown {
  return isObject(value) ? value[step] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
