import { concat, encodeI32, encodeSection, encodeU32 } from '../../src/artifact/byte-writer.ts';
import {
  contentReader,
  readSections,
  SECTION,
  WASM_HEADER,
} from '../../src/artifact/wasm-sections.ts';

/** A copy of a module with data whose memory holds `content` at `offset` from the start on. */
export function withDataSegment(
  module: Uint8Array,
  offset: number,
  content: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const segment = concat([
    [0x00, 0x41],
    encodeI32(offset),
    [0x0b],
    encodeU32(content.length),
    content,
  ]);
  const parts = readSections(module).map((section) => {
    const reader = contentReader(module, section);
    if (section.id === SECTION.dataCount) {
      return encodeSection(section.id, Uint8Array.from(encodeU32(reader.u32() + 1)));
    }
    if (section.id !== SECTION.data) return module.subarray(section.offset, section.end);
    const count = reader.u32();
    const segments = module.subarray(reader.position, section.end);
    return encodeSection(section.id, concat([encodeU32(count + 1), segments, segment]));
  });
  return concat([WASM_HEADER, ...parts]);
}
