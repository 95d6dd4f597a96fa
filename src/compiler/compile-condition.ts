import { BRANCH_ACCEPT, BRANCH_REJECT } from '../config/layout.gen.ts';
import type { Condition, Leaf } from '../rules/model.ts';
import type { Scope } from './capture-references.ts';
import type { Report } from './compile-fault.ts';
import { compileLeaf } from './compile-leaf.ts';
import type { LeafPlace } from './leaf-input.ts';
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
  const scope = { bound: new Map(), isUsed: bindsNames(when) };
  const resolved = resolveLeaves(when, { ...TOP, scope }, tables, report);
  if (resolved === null) return null;
  const { tree } = resolved;
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

const TOP = { pointer: '/when', sources: null, isSource: false };

/**
 * What a condition has to know about the ones around it: `sources` are the leaves of the previous sibling
 * in the nearest `all`, `scope` has the names that siblings before it bind.
 */
type Surroundings = LeafPlace;

/** A condition, and the names that it binds for its later siblings. */
interface Resolved {
  readonly tree: LogicTree;
  readonly bound: Scope['bound'];
}

const NO_NAMES: Scope['bound'] = new Map();

function resolveLeaves(
  when: Condition,
  around: Surroundings,
  tables: ProgramTables,
  report: Report,
): Resolved | null {
  const { pointer } = around;
  if ('not' in when) {
    const below = { ...around, pointer: `${pointer}/not` };
    const member = resolveLeaves(when.not, below, tables, report);
    return member && { tree: { kind: 'not', member: member.tree }, bound: NO_NAMES };
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
  const resolved: Resolved[] = [];
  let { sources, scope } = around;
  members.forEach((member, i) => {
    const next = kind === 'all' ? members[i + 1] : undefined;
    const isSource = around.isSource || (next !== undefined && looksAtMatched(next));
    const below = { pointer: `${pointer}/${kind}/${i}`, sources, isSource, scope };
    const found = resolveLeaves(member, below, tables, report);
    if (found === null) return;
    resolved.push(found);
    if (kind === 'any' || next === undefined) return;
    sources = leavesOf(found.tree);
    scope = { ...scope, bound: new Map([...scope.bound, ...found.bound]) };
  });
  if (resolved.length < members.length || members.length === 0) return null;
  return {
    tree: { kind, members: resolved.map(({ tree }) => tree) },
    bound: kind === 'all' ? innermost(resolved) : whichever(resolved),
  };
}

/** Of conditions that all hold, the last one that binds a name counts. */
function innermost(members: readonly Resolved[]): Scope['bound'] {
  return new Map(members.flatMap(({ bound }) => [...bound]));
}

/** Of conditions of which one holds, any can be the one that binds a name. */
function whichever(members: readonly Resolved[]): Scope['bound'] {
  const bound = new Map<string, readonly number[]>();
  for (const [name, leaves] of members.flatMap((member) => [...member.bound])) {
    bound.set(name, [...new Set([...(bound.get(name) ?? []), ...leaves])]);
  }
  return bound;
}

function bindsNames(when: Condition): boolean {
  if ('not' in when) return bindsNames(when.not);
  if ('all' in when) return when.all.some(bindsNames);
  if ('any' in when) return when.any.some(bindsNames);
  return when.as !== undefined;
}

/** A leaf that is tested after each of its transforms is as many leaves, of which one has to hold. */
function resolveLeaf(
  leaf: Leaf,
  around: Surroundings,
  tables: ProgramTables,
  report: Report,
): Resolved | null {
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
  const tree: LogicTree = members.length === 1 ? members[0]! : { kind: 'any', members };
  return { tree, bound: leaf.as === undefined ? NO_NAMES : new Map([[leaf.as, leavesOf(tree)]]) };
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
