import { REF_IS_EXACT } from '../config/layout.gen.ts';
import { type Automaton, buildAutomaton } from './automaton.ts';
import { type ByteText, compareBytes, foldBytes, hashBytes } from './byte-text.ts';
import type { LeafRecord } from './program-model.ts';

/** From a text that was found to a leaf that looks for it; flags are REF_IS_…. */
export interface Ref {
  readonly leaf: number;
  readonly text: ByteText;
  readonly flags: number;
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
  readonly automaton: Automaton;
  /** References of the literals of the automaton, by index of the literal. */
  readonly refs: readonly (readonly Ref[])[];
}

export function indexLiterals(leaves: readonly LeafRecord[]): LiteralIndex {
  const whole = new Map<ByteText, Ref[]>();
  const parts = new Map<ByteText, Ref[]>();
  leaves.forEach(({ test }, leaf) => {
    for (const { text, flags, whole: isWhole } of test.literals) {
      const index = isWhole ? whole : parts;
      const folded = (flags & REF_IS_EXACT) === 0 ? text : foldBytes(text);
      const refs = index.get(folded);
      if (refs === undefined) index.set(folded, [{ leaf, text, flags }]);
      else refs.push({ leaf, text, flags });
    }
  });
  const texts = [...parts.keys()].sort(compareBytes);
  return {
    ...hashTable(whole),
    automaton: buildAutomaton(texts),
    refs: texts.map((text) => parts.get(text)!),
  };
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
  return { exacts, buckets };
}
