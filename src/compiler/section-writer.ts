import {
  HEADER_BYTES,
  HEADER_SIZE,
  SECTION_COUNT_AT,
  SECTION_OFFSET_AT,
  SECTION_SIZE,
  SECTION_TABLE,
} from '../config/layout.gen.ts';

/** Writes one record: `at` is where it starts in the view. */
export type RecordWriter = (view: DataView, at: number, index: number) => void;

const ALIGNMENT = 8;

/** Collects the sections of a program and joins them behind the header. */
export class SectionWriter {
  /** A section that nobody writes has no records but, where it has one, the closing record. */
  readonly #bytes: Uint8Array[] = SECTION_TABLE.map(
    ([, size, sentinel]) => new Uint8Array(sentinel ? size : 0),
  );
  readonly #counts: number[] = SECTION_TABLE.map(() => 0);

  /** `count` records, and the closing one (index `count`) where the section has one. */
  records(section: number, count: number, write: RecordWriter): void {
    const [, size, sentinel] = SECTION_TABLE[section]!;
    const bytes = new Uint8Array((count + (sentinel ? 1 : 0)) * size);
    const view = new DataView(bytes.buffer);
    for (let i = 0, at = 0; at < bytes.length; i++, at += size) write(view, at, i);
    this.#set(section, count, bytes);
  }

  /** Plain numbers of four bytes; a closing one is part of `values`. */
  numbers(section: number, values: ArrayLike<number>): void {
    const [, , sentinel] = SECTION_TABLE[section]!;
    const bytes = new Uint8Array(values.length * 4);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < values.length; i++) view.setUint32(i * 4, values[i]!, true);
    this.#set(section, values.length - (sentinel ? 1 : 0), bytes);
  }

  bytes(section: number, bytes: Uint8Array): void {
    this.#set(section, bytes.length, bytes);
  }

  #set(section: number, count: number, bytes: Uint8Array): void {
    this.#counts[section] = count;
    this.#bytes[section] = bytes;
  }

  /** Total bytes of the program. */
  get length(): number {
    return this.#bytes.reduce((at, { length }) => align(at) + length, HEADER_BYTES);
  }

  /** The program; `writeHeader` fills in what is not about sections. */
  join(writeHeader: (view: DataView, totalBytes: number) => void): Uint8Array {
    const program = new Uint8Array(this.length);
    const view = new DataView(program.buffer);
    writeHeader(view, program.length);
    let at = HEADER_BYTES;
    this.#bytes.forEach((bytes, section) => {
      at = align(at);
      const entry = HEADER_SIZE + section * SECTION_SIZE;
      view.setUint32(entry + SECTION_OFFSET_AT, at, true);
      view.setUint32(entry + SECTION_COUNT_AT, this.#counts[section]!, true);
      program.set(bytes, at);
      at += bytes.length;
    });
    return program;
  }
}

function align(at: number): number {
  return Math.ceil(at / ALIGNMENT) * ALIGNMENT;
}
