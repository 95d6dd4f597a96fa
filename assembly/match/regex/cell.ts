/**
 * What one byte leads to, packed into 32 bits:
 *
 * ```
 *  31      24 23    20 19                0
 *  | charge  | shift  | offset in arena  |     steps = charge << shift; 0: not known yet
 * ```
 *
 * The steps of a byte are the work of computing the set behind it, rounded up to eight bits. They are
 * the same whether the set was computed or remembered.
 */
const OFFSET_MASK: u32 = 0x000f_ffff;
const MOST_SHIFT: u32 = 15;

export function packCell(work: u32, offset: u32): u32 {
  const bits: u32 = 32 - clz(work);
  let shift: u32 = bits > 8 ? bits - 8 : 0;
  let charge: u32 = (work + (1 << shift) - 1) >> shift;
  if (charge > 255) {
    charge = 128;
    shift++;
  }
  if (shift > MOST_SHIFT) {
    charge = 255;
    shift = MOST_SHIFT;
  }
  return (charge << 24) | (shift << 20) | offset;
}

export function offsetOf(cell: u32): u32 {
  return cell & OFFSET_MASK;
}

export function stepsOf(cell: u32): u32 {
  return (cell >> 24) << ((cell >> 20) & 15);
}
