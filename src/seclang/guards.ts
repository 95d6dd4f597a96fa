import { allOf, negated, type WrittenCondition } from './written-rule.ts';

/** A `skipAfter` that some requests take: rules before its marker need that `when` does not hold. */
export interface Guard {
  readonly marker: string;
  readonly when: WrittenCondition;
}

/** The condition with what the guards add to it. */
export function guarded(condition: WrittenCondition, guards: readonly Guard[]): WrittenCondition {
  const members = 'all' in condition ? condition.all : [condition];
  const more = guards
    .map(({ when }) => negated(when))
    .filter((guard) => !isImplied(guard, members));
  return more.length === 0 ? condition : allOf([...members, ...more]);
}

/** A test of a value says that there is one. */
function isImplied(guard: WrittenCondition, members: readonly WrittenCondition[]): boolean {
  if (!('op' in guard) || guard.op !== 'exists' || guard.quantifier !== undefined) return false;
  return members.some(
    (member) =>
      'op' in member &&
      member.quantifier === undefined &&
      JSON.stringify(member.target) === JSON.stringify(guard.target),
  );
}
