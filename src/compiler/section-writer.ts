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
  readonly #bytes: Uint8Array[];
  readonly #counts: number[];

  /**
   * Starts with the sections of `base`. Without one, a section that nobody writes has no records but,
   * where it has one, the closing record.
   */
  constructor(base: SectionWriter | null = null) {
    this.#bytes =
      base === null
        ? SECTION_TABLE.map(([, size, sentinel]) => new Uint8Array(sentinel ? size : 0))
        : base.#bytes.slice();
    this.#counts = base === null ? SECTION_TABLE.map(() => 0) : base.#counts.slice();
  }

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
    new Uint32Array(bytes.buffer).set(values);
    this.#set(section, values.length - (sentinel ? 1 : 0), bytes);
  }

  /** A closing record is part of `bytes`. */
  bytes(section: number, bytes: Uint8Array, count = bytes.length): void {
    this.#set(section, count, bytes);
  }

  /** `count` records behind those that a section without a closing record has. */
  append(section: number, count: number, write: RecordWriter): void {
    const [, size] = SECTION_TABLE[section]!;
    const before = this.#bytes[section]!;
    const bytes = new Uint8Array(before.length + count * size);
    bytes.set(before);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < count; i++) write(view, before.length + i * size, i);
    this.#set(section, this.#counts[section]! + count, bytes);
  }

  count(section: number): number {
    return this.#counts[section]!;
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
