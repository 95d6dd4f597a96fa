import type { ByteReader } from '../../artifact/byte-reader.ts';
import { EngineError } from '../engine-error.ts';

/**
 * The instruction set that metering understands: WebAssembly 1.0, sign extension, non-trapping
 * conversions, multi-value, bulk memory, reference types without table.grow, tail calls, SIMD.
 * Whatever is not listed is refused, never guessed.
 */
export const OPCODE = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  call: 0x10,
  i32Const: 0x41,
  memoryGrow: 0x40,
  prefixMisc: 0xfc,
  prefixSimd: 0xfd,
} as const;

/** Operations behind prefix 0xFC whose work grows with their last operand, a byte or element count. */
export const BULK_OPERATIONS: ReadonlySet<number> = new Set([
  0x08, // memory.init
  0x0a, // memory.copy
  0x0b, // memory.fill
  0x0c, // table.init
  0x0e, // table.copy
  0x11, // table.fill
]);

type Skip = (reader: ByteReader) => void;

const none: Skip = () => {};
const index: Skip = (reader) => reader.skipLeb(32);
const twoIndexes: Skip = (reader) => {
  reader.skipLeb(32);
  reader.skipLeb(32);
};
const blockType: Skip = (reader) => reader.skipLeb(33);
const bytes =
  (length: number): Skip =>
  (reader) =>
    reader.skip(length);
const memoryArgument = twoIndexes;
const memoryArgumentAndLane: Skip = (reader) => {
  twoIndexes(reader);
  reader.skip(1);
};
const branchTable: Skip = (reader) => {
  for (let left = reader.vectorLength(); left >= 0; left--) reader.skipLeb(32);
};
const selectTypes: Skip = (reader) => {
  for (let left = reader.vectorLength(); left > 0; left--) reader.skipLeb(33);
};

/** [first opcode, last opcode, how to pass over what follows it] */
type Ranges = readonly (readonly [number, number, Skip])[];

const PLAIN = table(0x100, [
  [0x00, 0x01, none], // unreachable, nop
  [0x02, 0x04, blockType], // block, loop, if
  [0x05, 0x05, none], // else
  [0x0b, 0x0b, none], // end
  [0x0c, 0x0d, index], // br, br_if
  [0x0e, 0x0e, branchTable],
  [0x0f, 0x0f, none], // return
  [0x10, 0x10, index], // call
  [0x11, 0x11, twoIndexes], // call_indirect
  [0x12, 0x12, index], // return_call
  [0x13, 0x13, twoIndexes], // return_call_indirect
  [0x1a, 0x1b, none], // drop, select
  [0x1c, 0x1c, selectTypes],
  [0x20, 0x26, index], // local.*, global.*, table.get, table.set
  [0x28, 0x3e, memoryArgument], // loads and stores
  [0x3f, 0x40, index], // memory.size, memory.grow
  [0x41, 0x41, (reader) => reader.skipLeb(32)], // i32.const
  [0x42, 0x42, (reader) => reader.skipLeb(64)], // i64.const
  [0x43, 0x43, bytes(4)], // f32.const
  [0x44, 0x44, bytes(8)], // f64.const
  [0x45, 0xc4, none], // comparisons, arithmetic, conversions, sign extension
  [0xd0, 0xd0, blockType], // ref.null
  [0xd1, 0xd1, none], // ref.is_null
  [0xd2, 0xd2, index], // ref.func
]);

const MISC = table(0x12, [
  [0x00, 0x07, none], // saturating conversions
  [0x08, 0x08, twoIndexes], // memory.init
  [0x09, 0x09, index], // data.drop
  [0x0a, 0x0a, twoIndexes], // memory.copy
  [0x0b, 0x0b, index], // memory.fill
  [0x0c, 0x0c, twoIndexes], // table.init
  [0x0d, 0x0d, index], // elem.drop
  [0x0e, 0x0e, twoIndexes], // table.copy
  [0x10, 0x11, index], // table.size, table.fill; table.grow is refused
]);

const SIMD = table(0x100, [
  [0x00, 0x0b, memoryArgument], // loads and v128.store
  [0x0c, 0x0d, bytes(16)], // v128.const, i8x16.shuffle
  [0x0e, 0x14, none], // swizzle, splats
  [0x15, 0x22, bytes(1)], // lanes in and out
  [0x23, 0x53, none],
  [0x54, 0x5b, memoryArgumentAndLane],
  [0x5c, 0x5d, memoryArgument], // load zero
  [0x5e, 0xff, none],
]);

/** Passes over what follows a plain opcode. `offset` is where the opcode stands. */
export function skipImmediates(reader: ByteReader, opcode: number, offset: number): void {
  (PLAIN[opcode] ?? unsupported(offset, opcode))(reader);
}

/** Passes over a prefixed operation behind its prefix; returns its number. */
export function skipPrefixed(reader: ByteReader, prefix: number, offset: number): number {
  const operation = reader.u32();
  const skips = prefix === OPCODE.prefixMisc ? MISC : SIMD;
  (skips[operation] ?? unsupported(offset, prefix, operation))(reader);
  return operation;
}

function table(size: number, ranges: Ranges): readonly (Skip | undefined)[] {
  const skips = new Array<Skip | undefined>(size).fill(undefined);
  for (const [first, last, skip] of ranges) skips.fill(skip, first, last + 1);
  return skips;
}

function unsupported(offset: number, ...codes: number[]): never {
  const text = codes.map((code) => `0x${code.toString(16).padStart(2, '0')}`).join(' ');
  throw new EngineError(
    'WAF_ERR_ENGINE_UNSUPPORTED_OPCODE',
    `Invalid WASM module: unsupported instruction ${text} at offset ${offset}`,
  );
}
