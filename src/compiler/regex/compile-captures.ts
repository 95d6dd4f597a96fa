import { LIMITS } from '../../config/limits.ts';
import type { ByteText } from '../byte-text.ts';
import type { ByteSet } from './byte-set.ts';
import { parseRegex, type RegexOptions } from './parse-regex.ts';
import { RegexFault } from './regex-fault.ts';
import { type Assertion, countPositions, type Node, type RepeatNode } from './syntax-tree.ts';

/**
 * One step of a thread. A thread that does not jump goes on with the next instruction. Thread order
 * is preference: of two threads at the same instruction the one that came first lives on.
 */
export type CaptureInstruction =
  /** Consumes a byte of the set, or dies. */
  | { readonly op: 'bytes'; readonly set: ByteSet }
  /** Goes on at `first`, and with less preference at `second`. */
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  | { readonly op: 'jump'; readonly to: number }
  /** Notes the offset: slot 2 n is the start of group n, slot 2 n + 1 its end; group 0 is the match. */
  | { readonly op: 'save'; readonly slot: number }
  /** Dies unless the assertion holds here. */
  | { readonly op: 'assert'; readonly assertion: Assertion }
  | { readonly op: 'match' };

/**
 * Finds where the groups of the leftmost match are, as Perl would. Starts at instruction 0 for every
 * offset until a thread has matched; threads of earlier offsets come first.
 */
export interface CaptureProgram {
  readonly instructions: readonly CaptureInstruction[];
  /** Groups beside the match itself. */
  readonly captureCount: number;
}

/** The program of an expression that `compileRegex` accepts; null for one that it refuses. */
export function compileCaptures(source: ByteText, options: RegexOptions): CaptureProgram | null {
  const { max_regex_length, max_regex_positions } = LIMITS.rule;
  if (source.length > max_regex_length) return null;
  try {
    const { tree, captureCount } = parseRegex(source, options);
    if (countPositions(tree, max_regex_positions) > max_regex_positions) return null;
    return { instructions: new CaptureWriter().write(tree), captureCount };
  } catch (fault) {
    if (fault instanceof RegexFault) return null;
    throw fault;
  }
}

class CaptureWriter {
  readonly #instructions: CaptureInstruction[] = [];

  write(tree: Node): readonly CaptureInstruction[] {
    this.#saved(0, tree);
    this.#instructions.push({ op: 'match' });
    return this.#instructions;
  }

  #emit(node: Node): void {
    switch (node.kind) {
      case 'empty':
        return;
      case 'set':
        this.#instructions.push({ op: 'bytes', set: node.set });
        return;
      case 'assertion':
        this.#instructions.push({ op: 'assert', assertion: node.assertion });
        return;
      case 'capture':
        this.#saved(node.index, node.item);
        return;
      case 'concat':
        for (const item of node.items) this.#emit(item);
        return;
      case 'alternatives':
        this.#emitAlternatives(node.items);
        return;
      case 'repeat':
        this.#emitRepeat(node);
    }
  }

  #saved(group: number, item: Node): void {
    this.#instructions.push({ op: 'save', slot: 2 * group });
    this.#emit(item);
    this.#instructions.push({ op: 'save', slot: 2 * group + 1 });
  }

  #emitAlternatives(items: readonly Node[]): void {
    const jumps: number[] = [];
    items.forEach((item, i) => {
      const isLast = i === items.length - 1;
      const split = isLast ? -1 : this.#reserve();
      this.#emit(item);
      if (isLast) return;
      jumps.push(this.#reserve());
      this.#instructions[split] = { op: 'split', first: split + 1, second: this.#next };
    });
    for (const jump of jumps) this.#instructions[jump] = { op: 'jump', to: this.#next };
  }

  #emitRepeat({ item, min, max, lazy }: RepeatNode): void {
    for (let i = 0; i < min; i++) this.#emit(item);
    if (max === Number.POSITIVE_INFINITY) {
      const split = this.#reserve();
      this.#emit(item);
      this.#instructions.push({ op: 'jump', to: split });
      this.#choose(split, lazy);
      return;
    }
    const splits: number[] = [];
    for (let i = min; i < max; i++) {
      splits.push(this.#reserve());
      this.#emit(item);
    }
    for (const split of splits) this.#choose(split, lazy);
  }

  /** The split at `split` prefers what it repeats, or, if lazy, what comes after it. */
  #choose(split: number, lazy: boolean): void {
    const [again, on] = [split + 1, this.#next];
    this.#instructions[split] = lazy
      ? { op: 'split', first: on, second: again }
      : { op: 'split', first: again, second: on };
  }

  get #next(): number {
    return this.#instructions.length;
  }

  /** A place for an instruction whose target is not known yet. */
  #reserve(): number {
    this.#instructions.push({ op: 'match' });
    return this.#next - 1;
  }
}
