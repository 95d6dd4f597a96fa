import * as L from '../config/layout.gen.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { orderClasses } from './idle-classes.ts';
import { NfaTables } from './nfa-tables.ts';
import { areRare } from './rare-bytes.ts';
import type { CompiledRegex, Dfa } from './regex/compile-regex.ts';
import type { SectionWriter } from './section-writer.ts';

/** Bytes of a cell: the engine's states are offsets in bytes. */
const CELL_BYTES = 2;
/** Offsets are numbers of two bytes. */
const MAX_CELLS = 32_768;
const CLASS_MAP_BYTES = 256;

/**
 * The sections of all regular expressions; expression i becomes record i. They are kept from one program
 * to the next: expressions only ever become more.
 */
export class RegexTable {
  #count = 0;
  readonly #records = new GrowingBytes();
  readonly #cells = new GrowingBytes();
  readonly #classMaps = new GrowingBytes();
  /** Equal maps of different expressions are one. */
  readonly #classMapNumbers = new Map<string, number>();
  readonly #nfas = new NfaTables();

  /** `regexes` begin with those that were written before. */
  write(sections: SectionWriter, regexes: readonly CompiledRegex[]): void {
    for (; this.#count < regexes.length; this.#count++) this.#add(regexes[this.#count]!);
    const end = this.#addRecord();
    sections.bytes(L.SECTION_REGEXES, this.#records.copy(), this.#count);
    this.#records.cut(end);
    sections.bytes(L.SECTION_DFA_CELLS, this.#cells.copy(), this.#cells.length / CELL_BYTES);
    const maps = this.#classMaps.copy();
    sections.bytes(L.SECTION_CLASS_MAPS, maps, maps.length / CLASS_MAP_BYTES);
    this.#nfas.write(sections);
  }

  #add(regex: CompiledRegex): void {
    const at = this.#addRecord();
    const { classes, dfa } = regex;
    const { view } = this.#records;
    view.setUint16(at + L.REGEX_CLASSES_AT, classes, true);
    if (dfa === null) {
      view.setUint8(at + L.REGEX_KIND_AT, L.REGEX_KIND_NFA);
      view.setUint32(at + L.REGEX_START_AT, this.#nfas.add(regex.nfa, classes), true);
      view.setUint32(at + L.REGEX_CLASS_MAP_AT, this.#addClassMap(regex.classMap), true);
      view.setUint32(at + L.REGEX_IDLE_AT, L.NONE, true);
      view.setUint32(at + L.REGEX_BUSY_CLASSES_AT, classes, true);
      return;
    }
    const { order, busyClasses } = orderClasses(dfa, classes);
    const classMap = regex.classMap.map((byteClass) => order[byteClass]!);
    const idle = dfa.idle === L.NONE ? L.NONE : dfa.idle * CELL_BYTES;
    appendCells(this.#cells, dfa, order);
    view.setUint8(at + L.REGEX_KIND_AT, L.REGEX_KIND_DFA);
    view.setUint32(at + L.REGEX_START_AT, firstState(dfa, classes) * CELL_BYTES, true);
    view.setUint32(at + L.REGEX_CLASS_MAP_AT, this.#addClassMap(classMap), true);
    view.setUint32(at + L.REGEX_IDLE_AT, idle, true);
    view.setUint32(at + L.REGEX_BUSY_CLASSES_AT, busyClasses, true);
    const begins = (byte: number) => classMap[byte]! < busyClasses;
    view.setUint8(at + L.REGEX_BEGINS_RARE_AT, idle !== L.NONE && areRare(begins) ? 1 : 0);
  }

  /** A record that knows where the tables of the next expression start. */
  #addRecord(): number {
    const at = this.#records.grow(L.REGEX_SIZE);
    const { view } = this.#records;
    const { positions, follows, sets } = this.#nfas.counts;
    view.setUint32(at + L.REGEX_CELL_START_AT, this.#cells.length / CELL_BYTES, true);
    view.setUint32(at + L.REGEX_POSITION_START_AT, positions, true);
    view.setUint32(at + L.REGEX_FOLLOW_START_AT, follows, true);
    view.setUint32(at + L.REGEX_SET_START_AT, sets, true);
    return at;
  }

  #addClassMap(map: Uint8Array): number {
    const key = Buffer.from(map).toString('latin1');
    const known = this.#classMapNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.#classMapNumbers.size;
    this.#classMapNumbers.set(key, number);
    this.#classMaps.append(key);
    return number;
  }
}

/** A search that needs no byte at all has no row to start in: it has matched. */
function firstState({ cells, start }: Dfa, classes: number): number {
  return cells.subarray(start, start + classes + 1).every((cell) => cell === 1) ? 1 : start;
}

/** Rows with their columns in the new order; the last column is the end of the text. */
function appendCells(cells: GrowingBytes, { cells: table }: Dfa, order: readonly number[]): void {
  if (table.length > MAX_CELLS) throw new Error(`a DFA of ${table.length} cells`);
  const base = cells.grow(table.length * CELL_BYTES);
  const { view } = cells;
  const width = order.length + 1;
  for (let row = FILLER_CELLS; row < table.length; row += width) {
    for (let c = 0; c < width; c++) {
      const column = order[c] ?? c;
      view.setUint16(base + (row + column) * CELL_BYTES, table[row + c]! * CELL_BYTES, true);
    }
  }
}

/** Cells that stand where the rows of the two decided states would be. */
const FILLER_CELLS = 2;
