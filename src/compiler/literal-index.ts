import { REF_IS_ATOM, REF_IS_EXACT } from '../config/layout.gen.ts';
import { type Automaton, buildAutomaton, DENSE_BYTES } from './automaton.ts';
import { type ByteText, compareBytes, foldBytes, hashBytes } from './byte-text.ts';
import type { LeafRecord } from './program-model.ts';

/** From a text that was found to a leaf that looks for it; flags are REF_IS_…. */
export interface Ref {
  readonly leaf: number;
  readonly text: ByteText;
  readonly flags: number;
  /** Number of the clause that an atom belongs to. */
  readonly clause: number;
}

/** A text that satisfies a clause of a regular expression. */
export interface Atom {
  readonly leaf: number;
  readonly clause: number;
  readonly text: ByteText;
}

/** A text that whole values are compared with. */
export interface ExactEntry {
  readonly hash: number;
  readonly text: ByteText;
  readonly refs: readonly Ref[];
}

/** Every literal of the program, arranged so that one pass over a value finds them all. */
export interface LiteralIndex {
  /** Sorted by bucket; entries of bucket b are [buckets[b], buckets[b + 1]). */
  readonly exacts: readonly ExactEntry[];
  readonly buckets: Uint32Array;
  /** Bytes of the longest of them. */
  readonly longestExact: number;
  readonly automaton: Automaton;
  /** References of the literals of the automaton, by index of the literal. */
  readonly refs: readonly (readonly Ref[])[];
}

/** Literals of the leaves from number `first` on, and atoms; the automaton gets some bytes of dense rows. */
export function indexLiterals(
  leaves: readonly LeafRecord[],
  atoms: readonly Atom[],
  first = 0,
  denseBytes = DENSE_BYTES,
): LiteralIndex {
  const whole = new Map<ByteText, Ref[]>();
  const parts = new Map<ByteText, Ref[]>();
  for (let leaf = first; leaf < leaves.length; leaf++) {
    for (const { text, flags, whole: isWhole } of leaves[leaf]!.test.literals) {
      const index = isWhole ? whole : parts;
      const folded = (flags & REF_IS_EXACT) === 0 ? text : foldBytes(text);
      append(index, folded, { leaf, text, flags, clause: 0 });
    }
  }
  for (const { leaf, clause, text } of atoms) {
    append(parts, text, { leaf, text, flags: REF_IS_ATOM, clause });
  }
  const texts = [...parts.keys()].sort(compareBytes);
  return {
    ...hashTable(whole),
    automaton: buildAutomaton(texts, denseBytes),
    refs: texts.map((text) => parts.get(text)!),
  };
}

function append(index: Map<ByteText, Ref[]>, text: ByteText, ref: Ref): void {
  const refs = index.get(text);
  if (refs === undefined) index.set(text, [ref]);
  else refs.push(ref);
}

/** At least as many buckets as entries, a power of two. */
function hashTable(whole: ReadonlyMap<ByteText, readonly Ref[]>) {
  let size = 1;
  while (size < whole.size) size *= 2;
  const exacts = [...whole]
    .map(([text, refs]) => ({ hash: hashBytes(text), text, refs }))
    .sort((a, b) => (a.hash & (size - 1)) - (b.hash & (size - 1)) || compareBytes(a.text, b.text));
  const buckets = new Uint32Array(size + 1);
  for (const { hash } of exacts) buckets[(hash & (size - 1)) + 1]! += 1;
  for (let i = 0; i < size; i++) buckets[i + 1]! += buckets[i]!;
  const longestExact = exacts.reduce((longest, { text }) => Math.max(longest, text.length), 0);
  return { exacts, buckets, longestExact };
}
