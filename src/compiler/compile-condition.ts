import { BRANCH_ACCEPT, BRANCH_REJECT } from '../config/layout.gen.ts';
import type { Condition } from '../rules/model.ts';
import type { Report } from './compile-fault.ts';
import { compileLeaf } from './compile-leaf.ts';
import type { BranchRecord } from './program-model.ts';
import type { ProgramTables } from './program-tables.ts';
import type { LogicTree } from './trigger.ts';

/** Where a branch goes on; known once the branch it names has been placed. */
interface Label {
  at: number;
}

interface OpenBranch {
  readonly leaf: number;
  readonly onTrue: Label;
  readonly onFalse: Label;
}

export interface CompiledCondition {
  readonly branches: readonly BranchRecord[];
  readonly tree: LogicTree;
}

/**
 * Turns `all`, `any` and `not` into branches: each tests one leaf and jumps forward. An `all` goes on to
 * its next member when one holds and gives up otherwise, an `any` the other way round, a `not` swaps the
 * two ways. Null when something was reported.
 */
export function compileCondition(
  when: Condition,
  tables: ProgramTables,
  report: Report,
): CompiledCondition | null {
  const tree = resolveLeaves(when, '/when', tables, report);
  if (tree === null) return null;
  const branches: OpenBranch[] = [];
  place(tree, { at: BRANCH_ACCEPT }, { at: BRANCH_REJECT }, branches);
  return {
    tree,
    branches: branches.map(({ leaf, onTrue, onFalse }) => ({
      leaf,
      onTrue: onTrue.at,
      onFalse: onFalse.at,
    })),
  };
}

function resolveLeaves(
  when: Condition,
  pointer: string,
  tables: ProgramTables,
  report: Report,
): LogicTree | null {
  if ('not' in when) {
    const member = resolveLeaves(when.not, `${pointer}/not`, tables, report);
    return member && { kind: 'not', member };
  }
  if (!('all' in when) && !('any' in when)) {
    const leaf = compileLeaf(when, pointer, tables, report);
    return leaf === null ? null : { kind: 'leaf', leaf };
  }
  const kind = 'all' in when ? 'all' : 'any';
  const members = 'all' in when ? when.all : when.any;
  if (members.length === 0) {
    report({
      code: 'WAF_ERR_COMPILE_CONDITION_EMPTY',
      pointer: `${pointer}/${kind}`,
      message: `An empty ${kind} says nothing`,
      hint: 'Give it at least one condition.',
    });
  }
  const resolved = members.map((member, i) =>
    resolveLeaves(member, `${pointer}/${kind}/${i}`, tables, report),
  );
  const complete = resolved.filter((member) => member !== null);
  if (complete.length < members.length || members.length === 0) return null;
  return { kind, members: complete };
}

function place(tree: LogicTree, onTrue: Label, onFalse: Label, branches: OpenBranch[]): void {
  if (tree.kind === 'leaf') {
    branches.push({ leaf: tree.leaf, onTrue, onFalse });
    return;
  }
  if (tree.kind === 'not') {
    place(tree.member, onFalse, onTrue, branches);
    return;
  }
  tree.members.forEach((member, i) => {
    const next: Label = { at: 0 };
    const isLast = i === tree.members.length - 1;
    const goOn = isLast ? (tree.kind === 'all' ? onTrue : onFalse) : next;
    if (tree.kind === 'all') place(member, goOn, onFalse, branches);
    else place(member, onTrue, goOn, branches);
    next.at = branches.length;
  });
}
