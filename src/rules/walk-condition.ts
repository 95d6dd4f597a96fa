import type { Condition, Leaf } from './model.ts';

/** One node of a condition tree. `pointer` is into the rule, e.g. `/when/all/0`. */
export interface ConditionNode {
  readonly condition: Condition;
  readonly pointer: string;
  /** The root is 1. */
  readonly depth: number;
  /** An earlier sibling of the same `all` is a leaf. */
  readonly afterLeaf: boolean;
}

/** Visits a condition tree from the root downwards. */
export function* walkCondition(
  condition: Condition,
  pointer = '/when',
  depth = 1,
  afterLeaf = false,
): Generator<ConditionNode> {
  yield { condition, pointer, depth, afterLeaf };
  if ('all' in condition) {
    let leafSeen = false;
    for (const [index, child] of condition.all.entries()) {
      yield* walkCondition(child, `${pointer}/all/${index}`, depth + 1, leafSeen);
      leafSeen ||= isLeaf(child);
    }
  } else if ('any' in condition) {
    for (const [index, child] of condition.any.entries()) {
      yield* walkCondition(child, `${pointer}/any/${index}`, depth + 1);
    }
  } else if ('not' in condition) {
    yield* walkCondition(condition.not, `${pointer}/not`, depth + 1);
  }
}

/** The leaves of a condition, in order. */
export function leavesOf(condition: Condition): Leaf[] {
  return [...walkCondition(condition)].map((node) => node.condition).filter(isLeaf);
}

export function isLeaf(condition: Condition): condition is Leaf {
  return 'op' in condition;
}
