import { invalidModule } from './artifact-error.ts';
import type { ByteReader } from './byte-reader.ts';

const END = 0x0b;
const GLOBAL_GET = 0x23;
const I32_CONST = 0x41;
const I32_ADD = 0x6a;
const I32_MUL = 0x6c;

/** Passes over every segment of a data section, so that a cut-off segment is found before V8 is asked. */
export function checkDataSegments(reader: ByteReader): void {
  for (let left = reader.vectorLength(); left > 0; left--) skipDataSegment(reader);
}

/** Passes over one data segment: kind, offset expression when active, bytes. */
export function skipDataSegment(reader: ByteReader): void {
  const offset = reader.position;
  const kind = reader.u32();
  if (kind > 2) {
    throw invalidModule(
      'WAF_ERR_ARTIFACT_MALFORMED',
      `data segment of kind ${kind} at offset ${offset}`,
      offset,
    );
  }
  if (kind === 2) reader.skipLeb(32);
  if (kind !== 1) skipOffsetExpression(reader);
  reader.skip(reader.u32());
}

/** A constant expression: i32.const and global.get, and sums, differences, products of them. */
function skipOffsetExpression(reader: ByteReader): void {
  for (;;) {
    const opcode = reader.u8();
    if (opcode === END) return;
    if (opcode === I32_CONST || opcode === GLOBAL_GET) reader.skipLeb(32);
    else if (opcode < I32_ADD || opcode > I32_MUL) {
      throw invalidModule(
        'WAF_ERR_ARTIFACT_MALFORMED',
        `unsupported constant expression at offset ${reader.position - 1}`,
        reader.position - 1,
      );
    }
  }
}
