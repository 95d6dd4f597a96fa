import {
  LEAF_CHAIN_AT,
  LEAF_COUNT_MAX_AT,
  LEAF_COUNT_MIN_AT,
  LEAF_FLAGS_AT,
  LEAF_OP_AT,
  LEAF_OPERAND_AT,
  LEAF_QUANTIFIER_AT,
  LEAF_SIZE,
  LEAF_SOURCE_START_AT,
  LEAF_TARGET_SET_AT,
  LEAF_TRIGGER_START_AT,
  SECTION_ALWAYS,
  SECTION_LEAVES,
  SECTION_RESPONSE_ALWAYS,
  SECTION_SOURCES,
  SECTION_TRIGGERS,
} from '../config/layout.gen.ts';
import type { CompiledRule } from './compile-rule.ts';
import { GrowingBytes } from './growing-bytes.ts';
import type { LeafRecord } from './program-model.ts';
import type { SectionWriter } from './section-writer.ts';
import { WakingList } from './waking-list.ts';

/** Numbers of four bytes in a record of a leaf. */
const WIDTH = LEAF_SIZE / 4;

/**
 * The sections that list leaves and the rules that they wake. They are kept from one program to the
 * next: leaves only ever become more, and nothing of them changes but whether a plan lists them.
 */
export class LeafTable {
  readonly #records = new GrowingBytes();
  readonly #sources: number[] = [];
  readonly #wakings = new WakingList();
  #count = 0;

  /** `planned`: leaves of which it is new that a plan lists them. */
  write(
    sections: SectionWriter,
    leaves: readonly LeafRecord[],
    planned: readonly number[],
    rules: readonly CompiledRule[],
  ): void {
    for (; this.#count < leaves.length; this.#count++) this.#add(leaves[this.#count]!);
    for (const index of planned) this.#writeFlags(index, leaves[index]!);
    const records = this.#withEnd();
    const numbers = new Uint32Array(records.buffer);
    const { starts, woken } = this.#wakings.byLeaf(rules, leaves.length);
    const column = LEAF_TRIGGER_START_AT / 4;
    for (let leaf = 0; leaf < starts.length; leaf++) numbers[leaf * WIDTH + column] = starts[leaf]!;
    sections.bytes(SECTION_LEAVES, records, leaves.length);
    sections.numbers(SECTION_SOURCES, this.#sources);
    sections.numbers(SECTION_TRIGGERS, woken);
    sections.numbers(SECTION_ALWAYS, this.#wakings.always);
    sections.numbers(SECTION_RESPONSE_ALWAYS, this.#wakings.responseAlways);
  }

  #add(leaf: LeafRecord): void {
    const at = this.#records.grow(LEAF_SIZE);
    const { view } = this.#records;
    view.setUint8(at + LEAF_OP_AT, leaf.op);
    view.setUint8(at + LEAF_QUANTIFIER_AT, leaf.quantifier);
    view.setUint16(at + LEAF_TARGET_SET_AT, leaf.targetSet, true);
    view.setUint16(at + LEAF_CHAIN_AT, leaf.chain, true);
    view.setUint16(at + LEAF_COUNT_MIN_AT, leaf.countMin, true);
    view.setUint16(at + LEAF_COUNT_MAX_AT, leaf.countMax, true);
    view.setUint32(at + LEAF_OPERAND_AT, leaf.operand, true);
    view.setUint32(at + LEAF_SOURCE_START_AT, this.#sources.length, true);
    this.#writeFlags(this.#count, leaf);
    this.#sources.push(...leaf.sources);
  }

  #writeFlags(index: number, { flags }: LeafRecord): void {
    this.#records.view.setUint16(index * LEAF_SIZE + LEAF_FLAGS_AT, flags, true);
  }

  /** The records and the closing one. */
  #withEnd(): Uint8Array<ArrayBuffer> {
    const end = this.#records.grow(LEAF_SIZE);
    this.#records.view.setUint32(end + LEAF_SOURCE_START_AT, this.#sources.length, true);
    const records = this.#records.copy();
    this.#records.cut(end);
    return records;
  }
}
