import { concat, encodeI32, encodeU32 } from '../../artifact/byte-writer.ts';

/** What detaching and re-creating a memory buffer costs, in instructions. */
const GROW_COST = 512;
const I32 = 0x7f;

/** Types of the functions below: `(i32) -> ()` and `(i32) -> (i32)`. */
export const CHARGE_TYPES: readonly Uint8Array[] = [
  Uint8Array.of(0x60, 1, I32, 0),
  Uint8Array.of(0x60, 1, I32, 1, I32),
];

/**
 * charge(n): fuel -= n, then a trap when fuel is below 0.
 * Fuel lies in 0 … 2^31-1 before a charge and a charge in 0 … 2^30, so the difference cannot wrap.
 */
export function chargeFixed(fuelGlobal: number): Uint8Array {
  const fuel = encodeU32(fuelGlobal);
  return functionBody([
    ...[0x23, ...fuel], // global.get fuel
    ...[0x20, 0x00], // local.get n
    0x6b, // i32.sub
    ...[0x24, ...fuel], // global.set fuel
    ...[0x23, ...fuel], // global.get fuel
    ...[0x41, 0x00, 0x48], // i32.const 0, i32.lt_s
    ...[0x04, 0x40, 0x00, 0x0b], // if unreachable end
  ]);
}

/** charge_bulk(n) -> n: pays for n bytes (or elements) moved, eight of them like one instruction. */
export function chargeBulk(chargeFunction: number): Uint8Array {
  return functionBody([
    ...[0x20, 0x00], // local.get n
    ...[0x41, 0x03, 0x76], // i32.const 3, i32.shr_u
    ...[0x41, 0x01, 0x6a], // i32.const 1, i32.add
    ...[0x10, ...encodeU32(chargeFunction)],
    ...[0x20, 0x00],
  ]);
}

/** charge_grow(n) -> n: a flat price plus one per page; a size that can only fail costs no more than 65,536 pages. */
export function chargeGrow(chargeFunction: number): Uint8Array {
  const mostPages = encodeI32(65_536);
  return functionBody([
    ...[0x20, 0x00], // local.get n
    ...[0x41, ...mostPages], // i32.const 65536
    ...[0x20, 0x00, 0x41, ...mostPages, 0x49], // n < 65536, unsigned
    0x1b, // select
    ...[0x41, ...encodeI32(GROW_COST), 0x6a], // + GROW_COST
    ...[0x10, ...encodeU32(chargeFunction)],
    ...[0x20, 0x00],
  ]);
}

/** A body without locals, its size in front. */
function functionBody(instructions: readonly number[]): Uint8Array {
  const code = concat([[0x00], instructions, [0x0b]]);
  return concat([encodeU32(code.length), code]);
}
