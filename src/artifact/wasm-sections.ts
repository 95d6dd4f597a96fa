import { invalidModule } from './artifact-error.ts';
import { ByteReader } from './byte-reader.ts';

export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;

/** Sections in the order in which the format wants them; custom ones may stand anywhere. */
export const SECTION_ORDER: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11];

/** `\0asm` and version 1. */
export const WASM_HEADER = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/** A file of more sections than this is not a module anybody made. */
const MAX_SECTIONS = 1000;

/**
 * Where a section lies in its file.
 *
 *   offset        contentOffset                    end
 *   | id | size   | content …                      |
 *   custom only:  | name length | name | payload … |
 */
export interface WasmSection {
  readonly id: number;
  /** '' unless custom. */
  readonly name: string;
  readonly offset: number;
  readonly contentOffset: number;
  /** Equals `contentOffset` unless custom. */
  readonly payloadOffset: number;
  readonly end: number;
}

/** Splits a binary into its sections. Checks header, sizes and order, not the contents. */
export function readSections(bytes: Uint8Array): WasmSection[] {
  if (!WASM_HEADER.every((byte, index) => bytes[index] === byte)) {
    throw invalidModule('WAF_ERR_ARTIFACT_NOT_WASM', 'not a WebAssembly binary', 0);
  }
  const reader = new ByteReader(bytes, WASM_HEADER.length);
  const sections: WasmSection[] = [];
  let lastRank = -1;
  while (!reader.done) {
    const section = readSection(reader);
    if (section.id !== SECTION.custom) {
      const rank = SECTION_ORDER.indexOf(section.id);
      if (rank <= lastRank) throw misplaced(section);
      lastRank = rank;
    }
    if (sections.push(section) > MAX_SECTIONS) {
      throw invalidModule(
        'WAF_ERR_ARTIFACT_MALFORMED',
        `more than ${MAX_SECTIONS} sections`,
        section.offset,
      );
    }
  }
  return sections;
}

/** The section of this id, or undefined. Not for custom sections. */
export function findSection(sections: readonly WasmSection[], id: number): WasmSection | undefined {
  return sections.find((section) => section.id === id);
}

/** A reader over the content of a section. */
export function contentReader(bytes: Uint8Array, section: WasmSection): ByteReader {
  return new ByteReader(bytes, section.payloadOffset, section.end);
}

function readSection(reader: ByteReader): WasmSection {
  const offset = reader.position;
  const id = reader.u8();
  const content = reader.window(reader.u32());
  const contentOffset = content.position;
  const name = id === SECTION.custom ? content.name() : '';
  return { id, name, offset, contentOffset, payloadOffset: content.position, end: content.end };
}

function misplaced(section: WasmSection): Error {
  const known = SECTION_ORDER.includes(section.id);
  return invalidModule(
    'WAF_ERR_ARTIFACT_MALFORMED',
    `${known ? 'misplaced or repeated' : 'unsupported'} section ${section.id} at offset ${section.offset}`,
    section.offset,
  );
}
