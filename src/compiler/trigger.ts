import {
  KIND_CLIENT_IP,
  KIND_METHOD,
  KIND_RESPONSE_STATUS,
  KIND_VERSION,
  LEAF_IS_LATE,
  OP_EXISTS,
  OP_REGEX,
  QUANTIFIER_COUNT,
} from '../config/layout.gen.ts';
import { chanceOfSet } from './byte-frequency.ts';
import { needsOf } from './leaf-needs.ts';
import type { LeafRecord, Selector } from './program-model.ts';
import type { ProgramTables } from './program-tables.ts';
import { selectsResponse } from './response-kinds.ts';

/** A condition whose leaves are indexes into the table of leaves. */
export type LogicTree =
  | { readonly kind: 'leaf'; readonly leaf: number }
  | { readonly kind: 'not'; readonly member: LogicTree }
  | { readonly kind: 'all' | 'any'; readonly members: readonly LogicTree[] };

interface Trigger {
  readonly leaves: readonly number[];
  /** How often requests are expected to hit one of the leaves; only ever compared. */
  readonly weight: number;
}

interface Context {
  readonly tables: ProgramTables;
  /** The rule is of the response phase. */
  readonly isResponse: boolean;
}

/** Outweighs everything that lists of texts can weigh together, but for very long ones. */
const EARLY = 1e6;

/** Short texts, and values that most requests share, wake a rule often. */
const COMMON_KINDS: ReadonlySet<number> = new Set([
  KIND_METHOD,
  KIND_VERSION,
  KIND_CLIENT_IP,
  KIND_RESPONSE_STATUS,
]);

/**
 * Leaves of which at least one is hit whenever the condition holds: the rule needs to be looked at only
 * then. Null when the condition can hold without any hit, so that it is looked at for every request.
 */
export function triggerOf(
  tree: LogicTree,
  tables: ProgramTables,
  isResponse: boolean,
): readonly number[] | null {
  const trigger = find(tree, true, { tables, isResponse });
  return trigger && [...new Set(trigger.leaves)].sort((a, b) => a - b);
}

/** `wanted`: the condition holds; false: it does not (below a `not`). */
function find(tree: LogicTree, wanted: boolean, context: Context): Trigger | null {
  if (tree.kind === 'not') return find(tree.member, !wanted, context);
  if (tree.kind === 'leaf') return ofLeaf(tree.leaf, wanted, context);
  const members = tree.members.map((member) => find(member, wanted, context));
  const needsEvery = (tree.kind === 'all') === wanted;
  return needsEvery ? rarest(members) : union(members);
}

/** Every member has to hold, so any one member's trigger will do. */
function rarest(members: readonly (Trigger | null)[]): Trigger | null {
  return members.reduce(
    (best, member) =>
      member !== null && (best === null || member.weight < best.weight) ? member : best,
    null,
  );
}

/** One member has to hold, whichever it is. */
function union(members: readonly (Trigger | null)[]): Trigger | null {
  const triggers = members.filter((member) => member !== null);
  if (triggers.length < members.length) return null;
  return {
    leaves: triggers.flatMap(({ leaves }) => leaves),
    weight: triggers.reduce((sum, { weight }) => sum + weight, 0),
  };
}

function ofLeaf(index: number, wanted: boolean, context: Context): Trigger | null {
  const { tables, isResponse } = context;
  const leaf = tables.leaves.at(index);
  const canBePlanned = (leaf.flags & LEAF_IS_LATE) === 0;
  const needsHit = leaf.quantifier !== QUANTIFIER_COUNT || leaf.countMin > 0;
  // Not holding implies a hit only for `none` and its like, and only when zero hits would satisfy it.
  const needsHitToFail = leaf.quantifier === QUANTIFIER_COUNT && leaf.countMin === 0;
  if (!canBePlanned || !(wanted ? needsHit : needsHitToFail)) return null;
  const selectors = tables.targetSets.at(leaf.targetSet);
  // Requests should not wake rules for responses.
  const early = isResponse && !selectsResponse(selectors) ? EARLY : 0;
  return { leaves: [index], weight: early + weightOf(leaf, selectors) };
}

function weightOf(leaf: LeafRecord, selectors: readonly Selector[]): number {
  const common = selectors.some(({ kind }) => COMMON_KINDS.has(kind)) ? 10 : 0;
  if (leaf.test.literals.length === 0) return common + chanceToSatisfy(leaf);
  const lengths = leaf.test.literals.map(({ text }) => 1 / (1 + text.length ** 2));
  return lengths.reduce((total, length) => total + length, common);
}

/** Regular expressions cost more than literals where they are tried, so they come second. */
function chanceToSatisfy(leaf: LeafRecord): number {
  if (leaf.op !== OP_REGEX) return leaf.op === OP_EXISTS ? 20 : 5;
  const { sets, clauses } = needsOf(leaf);
  if (clauses.length > 0) return 1;
  return 1 + sets.reduce((least, set) => Math.min(least, chanceOfSet(set)), 1);
}
