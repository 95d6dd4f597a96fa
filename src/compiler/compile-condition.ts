import { BRANCH_ACCEPT, BRANCH_REJECT } from '../config/layout.gen.ts';
import type { Condition, Leaf } from '../rules/model.ts';
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
  const tree = resolveLeaves(when, TOP, tables, report);
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

const TOP: Surroundings = { pointer: '/when', sources: null, isSource: false };

/** What a condition has to know about the ones around it. */
interface Surroundings {
  readonly pointer: string;
  /** Leaves of the previous sibling in the nearest `all`; null when there is none. */
  readonly sources: readonly number[] | null;
  /** A later sibling looks at the values that match here. */
  readonly isSource: boolean;
}

function resolveLeaves(
  when: Condition,
  around: Surroundings,
  tables: ProgramTables,
  report: Report,
): LogicTree | null {
  const { pointer } = around;
  if ('not' in when) {
    const below = { ...around, pointer: `${pointer}/not` };
    const member = resolveLeaves(when.not, below, tables, report);
    return member && { kind: 'not', member };
  }
  if (!('all' in when) && !('any' in when)) return resolveLeaf(when, around, tables, report);
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
  const resolved: LogicTree[] = [];
  let { sources } = around;
  members.forEach((member, i) => {
    const next = kind === 'all' ? members[i + 1] : undefined;
    const isSource = around.isSource || (next !== undefined && looksAtMatched(next));
    const below = { pointer: `${pointer}/${kind}/${i}`, sources, isSource };
    const tree = resolveLeaves(member, below, tables, report);
    if (tree === null) return;
    resolved.push(tree);
    if (kind === 'all') sources = leavesOf(tree);
  });
  return resolved.length < members.length || members.length === 0
    ? null
    : { kind, members: resolved };
}

/** A leaf that is tested after each of its transforms is as many leaves, of which one has to hold. */
function resolveLeaf(
  leaf: Leaf,
  around: Surroundings,
  tables: ProgramTables,
  report: Report,
): LogicTree | null {
  const forms = leaf.each_transform === true ? formsOf(leaf) : [leaf];
  if (forms.length > 1 && (leaf.quantifier ?? 'any') !== 'any') {
    report({
      code: 'WAF_ERR_COMPILE_CONDITION_UNSUPPORTED',
      pointer: `${around.pointer}/each_transform`,
      message: 'each_transform goes with the quantifier "any" only',
      hint: 'Leave the quantifier out.',
    });
    return null;
  }
  const leaves = forms.map((form) => compileLeaf(form, around, tables, report));
  const members = leaves
    .filter((index) => index !== null)
    .map((index): LogicTree => ({ kind: 'leaf', leaf: index }));
  if (members.length < forms.length) return null;
  return members.length === 1 ? members[0]! : { kind: 'any', members };
}

/** The leaf with no transform, with the first one, with the first two, and so on. */
function formsOf(leaf: Leaf): readonly Leaf[] {
  const transforms = leaf.transforms ?? [];
  return Array.from({ length: transforms.length + 1 }, (_, n) => ({
    ...leaf,
    transforms: transforms.slice(0, n),
  }));
}

function looksAtMatched(when: Condition): boolean {
  if ('not' in when) return looksAtMatched(when.not);
  if ('all' in when) return when.all.slice(0, 1).some(looksAtMatched);
  if ('any' in when) return when.any.some(looksAtMatched);
  return when.on === 'matched';
}

/** The leaves whose values are matched when the condition holds. */
function leavesOf(tree: LogicTree): readonly number[] {
  if (tree.kind === 'leaf') return [tree.leaf];
  return tree.kind === 'not' ? [] : [...new Set(tree.members.flatMap(leavesOf))];
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
