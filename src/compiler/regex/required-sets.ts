import { chanceOfSet, chanceOfUnion } from './byte-rarity.ts';
import { type ByteSet, isSubset, union } from './byte-set.ts';
import type { Node } from './syntax-tree.ts';

/** How many sets are kept of every part. */
const MAX_SETS = 12;

/** A set that nearly every value holds a byte of says nothing. */
const USELESS = 0.98;

/** A set of bytes of which every match holds one, and the chance that an ordinary value does. */
export interface RequiredSet {
  readonly set: ByteSet;
  readonly chance: number;
}

/** The sets of which every match of `node` holds a byte; the rarest first. */
export function requiredSets(node: Node): readonly RequiredSet[] {
  let sets = known.get(node);
  if (sets === undefined) {
    sets = find(node);
    known.set(node, sets);
  }
  return sets;
}

/** Trees are immutable, and the parts of one are asked for more than once. */
const known = new WeakMap<Node, readonly RequiredSet[]>();

function find(node: Node): readonly RequiredSet[] {
  switch (node.kind) {
    case 'set':
      return ranked([requiredSet(node.set)]);
    case 'capture':
      return requiredSets(node.item);
    case 'repeat':
      return node.min === 0 ? [] : requiredSets(node.item);
    case 'concat':
      return ranked(distinctItems(node.items).flatMap(requiredSets));
    case 'alternatives':
      return anyOf(node.items.map(requiredSets));
    default:
      return [];
  }
}

function requiredSet(set: ByteSet): RequiredSet {
  return { set, chance: chanceOfSet(set) };
}

/** A literal repeats its letters; the nodes of equal letters are one object. */
function distinctItems(items: readonly Node[]): readonly Node[] {
  return [...new Set(items)];
}

/** For each set of an alternative, the sets of the others that add least to it. */
function anyOf(alternatives: readonly (readonly RequiredSet[])[]): readonly RequiredSet[] {
  if (alternatives.some((sets) => sets.length === 0)) return [];
  const seeds = alternatives.reduce((a, b) => (b.length > a.length ? b : a));
  return ranked(
    seeds.map((seed) => alternatives.reduce((sum, sets) => leastUnion(sum, sets), seed)),
  );
}

function leastUnion(sum: RequiredSet, sets: readonly RequiredSet[]): RequiredSet {
  if (sum.chance > USELESS) return sum;
  let best = sets[0]!.set;
  let least = Number.POSITIVE_INFINITY;
  for (const { set } of sets) {
    const chance = chanceOfUnion(sum.set, set);
    if (chance >= least) continue;
    least = chance;
    best = set;
  }
  if (isSubset(best, sum.set)) return sum;
  return { set: union(sum.set, best), chance: least };
}

/** The rarest first, without those that a rarer one implies. */
function ranked(sets: readonly RequiredSet[]): readonly RequiredSet[] {
  const kept: RequiredSet[] = [];
  for (const candidate of [...sets].sort((a, b) => a.chance - b.chance)) {
    if (kept.length === MAX_SETS || candidate.chance > USELESS) break;
    if (!kept.some(({ set }) => isSubset(set, candidate.set))) kept.push(candidate);
  }
  return kept;
}
