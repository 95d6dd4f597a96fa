import * as L from '../config/layout.gen.ts';
import { orderClasses } from './idle-classes.ts';
import { NfaTables } from './nfa-tables.ts';
import type { CompiledRegex, Dfa } from './regex/compile-regex.ts';
import type { SectionWriter } from './section-writer.ts';

interface RegexRecord {
  readonly kind: number;
  readonly classes: number;
  readonly classMap: number;
  readonly start: number;
  readonly idle: number;
  readonly busyClasses: number;
  readonly starts: Starts;
}

/** Where the tables of an expression start; those of the next one follow them. */
interface Starts {
  readonly cell: number;
  readonly position: number;
  readonly follow: number;
  readonly set: number;
}

/** Bytes of a cell: the engine's states are offsets in bytes. */
const CELL_BYTES = 2;
/** Offsets are numbers of two bytes. */
const MAX_CELLS = 32_768;

/** Writes the sections of all regular expressions; expression i becomes record i. */
export function writeRegexes(sections: SectionWriter, regexes: readonly CompiledRegex[]): void {
  const classMaps = new ClassMaps();
  const cells: number[] = [];
  const nfas = new NfaTables();
  const starts = (): Starts => ({
    cell: cells.length,
    position: nfas.positions.length,
    follow: nfas.follows.length,
    set: nfas.sets.length,
  });
  const records = regexes.map((regex): RegexRecord => {
    const { classes } = regex;
    const here = starts();
    if (regex.dfa === null) {
      const start = nfas.add(regex.nfa, classes);
      const classMap = classMaps.add(regex.classMap);
      const kind = L.REGEX_KIND_NFA;
      return { kind, classes, classMap, start, idle: L.NONE, busyClasses: classes, starts: here };
    }
    const { order, busyClasses } = orderClasses(regex.dfa, classes);
    appendCells(cells, regex.dfa, order);
    const classMap = classMaps.add(regex.classMap.map((byteClass) => order[byteClass]!));
    const { idle } = regex.dfa;
    return {
      kind: L.REGEX_KIND_DFA,
      classes,
      classMap,
      start: firstState(regex.dfa, classes) * CELL_BYTES,
      idle: idle === L.NONE ? L.NONE : idle * CELL_BYTES,
      busyClasses,
      starts: here,
    };
  });
  writeRecords(sections, records, starts());
  sections.records(L.SECTION_DFA_CELLS, cells.length, (view, at, i) => {
    view.setUint16(at, cells[i]!, true);
  });
  classMaps.write(sections);
  nfas.write(sections);
}

/** A search that needs no byte at all has no row to start in: it has matched. */
function firstState({ cells, start }: Dfa, classes: number): number {
  return cells.subarray(start, start + classes + 1).every((cell) => cell === 1) ? 1 : start;
}

/** Rows with their columns in the new order; the last column is the end of the text. */
function appendCells(cells: number[], { cells: table }: Dfa, order: readonly number[]): void {
  if (table.length > MAX_CELLS) throw new Error(`a DFA of ${table.length} cells`);
  const base = cells.length;
  const width = order.length + 1;
  for (let i = 0; i < FILLER_CELLS; i++) cells.push(0);
  for (let row = FILLER_CELLS; row < table.length; row += width) {
    for (let c = 0; c < order.length; c++) {
      cells[base + row + order[c]!] = table[row + c]! * CELL_BYTES;
    }
    cells[base + row + order.length] = table[row + order.length]! * CELL_BYTES;
  }
}

/** Cells that stand where the rows of the two decided states would be. */
const FILLER_CELLS = 2;

function writeRecords(
  sections: SectionWriter,
  records: readonly RegexRecord[],
  ends: Starts,
): void {
  sections.records(L.SECTION_REGEXES, records.length, (view, at, i) => {
    const record = records[i];
    const starts = record?.starts ?? ends;
    view.setUint32(at + L.REGEX_CELL_START_AT, starts.cell, true);
    view.setUint32(at + L.REGEX_POSITION_START_AT, starts.position, true);
    view.setUint32(at + L.REGEX_FOLLOW_START_AT, starts.follow, true);
    view.setUint32(at + L.REGEX_SET_START_AT, starts.set, true);
    if (record === undefined) return;
    view.setUint8(at + L.REGEX_KIND_AT, record.kind);
    view.setUint16(at + L.REGEX_CLASSES_AT, record.classes, true);
    view.setUint32(at + L.REGEX_CLASS_MAP_AT, record.classMap, true);
    view.setUint32(at + L.REGEX_START_AT, record.start, true);
    view.setUint32(at + L.REGEX_IDLE_AT, record.idle, true);
    view.setUint32(at + L.REGEX_BUSY_CLASSES_AT, record.busyClasses, true);
  });
}

/** Equal maps of different expressions are one. */
class ClassMaps {
  readonly #numbers = new Map<string, number>();
  readonly #maps: Uint8Array[] = [];

  add(map: Uint8Array): number {
    const key = Buffer.from(map).toString('latin1');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#maps.length);
    return this.#maps.push(map) - 1;
  }

  write(sections: SectionWriter): void {
    sections.records(L.SECTION_CLASS_MAPS, this.#maps.length, (view, at, i) => {
      for (let byte = 0; byte < 256; byte++) view.setUint8(at + byte, this.#maps[i]![byte]!);
    });
  }
}
