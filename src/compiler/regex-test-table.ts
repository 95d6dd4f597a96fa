import * as L from '../config/layout.gen.ts';
import { GrowingBytes } from './growing-bytes.ts';
import type { Bits } from './profile-bits.ts';
import type { RegexTest } from './regex-gates.ts';
import type { SectionWriter } from './section-writer.ts';

/**
 * The sections that say what the matches of each regular expression have to hold; test i belongs to
 * expression i. They are kept from one program to the next: tests only ever become more.
 */
export class RegexTestTable {
  #count = 0;
  readonly #records = new GrowingBytes();
  readonly #clauses = new GrowingBytes();

  /** `tests` begin with those that were written before. */
  write(sections: SectionWriter, tests: readonly RegexTest[]): void {
    for (; this.#count < tests.length; this.#count++) this.#add(tests[this.#count]!);
    const end = this.#addRecord();
    sections.bytes(L.SECTION_REGEX_TESTS, this.#records.copy(), this.#count);
    this.#records.cut(end);
    const clauses = this.#clauses.copy();
    sections.bytes(L.SECTION_CLAUSES, clauses, clauses.length / L.CLAUSE_SIZE);
  }

  #add({ need, regex, clauses, near }: RegexTest): void {
    const at = this.#addRecord();
    const { view } = this.#records;
    writeBits(view, at + L.REGEX_TEST_NEED0_AT, need);
    view.setUint32(at + L.REGEX_TEST_REGEX_AT, this.#count, true);
    view.setUint32(at + L.REGEX_TEST_MIN_LENGTH_AT, regex.requirements.minLength, true);
    view.setUint32(at + L.REGEX_TEST_ALL_CLAUSES_AT, 2 ** clauses.length - 1, true);
    view.setUint32(at + L.REGEX_TEST_NEAR_CLAUSE_AT, near?.clause ?? L.NONE, true);
    view.setUint32(at + L.REGEX_TEST_REACH_AT, near?.reach ?? 0, true);
    for (const { bits } of clauses) {
      const to = this.#clauses.grow(L.CLAUSE_SIZE);
      writeBits(this.#clauses.view, to + L.CLAUSE_BITS0_AT, bits);
    }
  }

  /** A record that knows where the next clauses start. */
  #addRecord(): number {
    const at = this.#records.grow(L.REGEX_TEST_SIZE);
    const clauses = this.#clauses.length / L.CLAUSE_SIZE;
    this.#records.view.setUint32(at + L.REGEX_TEST_CLAUSE_START_AT, clauses, true);
    return at;
  }
}

function writeBits(view: DataView, at: number, { bits0, bits1 }: Bits): void {
  view.setBigUint64(at, bits0, true);
  view.setBigUint64(at + 8, bits1, true);
}
