import { type ByteSet, complement, intersection } from './byte-set.ts';
import { ANY, LINE_FEED, NOT_LINE_FEED, WORD } from './named-sets.ts';
import type { Assertion } from './syntax-tree.ts';

/** Bit of a mask of what may come next: the end of the text. The bits below are categories. */
export const AT_END = 8;

/** What came before: nothing, the text begins here. Otherwise the number of a category. */
export const AT_START = 3;

/**
 * What assertions see of the byte on either side: its category. Only the categories that the
 * assertions of an expression tell apart exist, so that no position is split without need.
 */
export class Surroundings {
  /** The bytes of each category; together they are all bytes. At most three. */
  readonly categories: readonly ByteSet[];
  /** Everything that may come next. */
  readonly all: number;
  readonly #words: number;
  readonly #lineFeed: number;

  constructor(assertions: ReadonlySet<Assertion>) {
    const words = assertions.has('word') || assertions.has('not-word');
    const lines = assertions.has('line-start') || assertions.has('line-end');
    const others = words ? complement(WORD) : ANY;
    const categories = words ? [WORD] : [];
    categories.push(lines ? intersection(others, NOT_LINE_FEED) : others);
    if (lines) categories.push(LINE_FEED);
    this.categories = categories;
    this.all = ((1 << categories.length) - 1) | AT_END;
    this.#words = words ? 1 : 0;
    this.#lineFeed = lines ? categories.length - 1 : -1;
  }

  /** The mask of what may come next where the assertion holds; 0: it cannot hold here. */
  allowedNext(assertion: Assertion, previous: number): number {
    const afterWord = this.#words === 1 && previous === 0;
    switch (assertion) {
      case 'text-start':
        return previous === AT_START ? this.all : 0;
      case 'text-end':
        return AT_END;
      case 'word':
        return afterWord ? this.all & ~this.#words : this.#words;
      case 'not-word':
        return afterWord ? this.#words : this.all & ~this.#words;
      case 'line-start':
        if (previous === AT_START) return this.all;
        // As in PCRE, no line begins at the end of the text.
        return previous === this.#lineFeed ? this.all & ~AT_END : 0;
      case 'line-end':
        return AT_END | (1 << this.#lineFeed);
    }
  }
}

/** Whether the assertion looks at what came before. */
export function looksBack(assertion: Assertion): boolean {
  return assertion !== 'text-end' && assertion !== 'line-end';
}
