import { ByteReader } from '../../artifact/byte-reader.ts';
import { BULK_OPERATIONS, OPCODE, skipImmediates, skipPrefixed } from './skip-immediates.ts';

/** One insertion into a function body: before the byte at `offset`, which is an offset in the file. */
export type Charge =
  | { readonly offset: number; readonly kind: 'fixed'; readonly cost: number }
  | { readonly offset: number; readonly kind: 'bulk' | 'grow' };

/** Instructions of a function or loop, without those of loops inside. */
interface Region {
  readonly offset: number;
  cost: number;
}

/**
 * Decides where a function pays for what it executes: at its entry for everything outside loops,
 * at the head of each loop (where every iteration begins) for the loop's own body, and before each
 * operation whose work depends on an operand. No path executes more than it has paid for.
 *
 * `codeOffset` is the first instruction, behind the local declarations; `locals` count as work of
 * the entry, because they are cleared there. One pass over the bytes.
 */
export function planCharges(
  bytes: Uint8Array,
  codeOffset: number,
  end: number,
  locals: number,
): Charge[] {
  const reader = new ByteReader(bytes, codeOffset, end);
  const entry: Region = { offset: codeOffset, cost: locals };
  const regions = [entry];
  const operands: Charge[] = [];
  /** The region around each open block; the top one is where instructions are counted. */
  const open: Region[] = [entry];
  while (!reader.done) {
    const offset = reader.position;
    const opcode = reader.u8();
    // The end of a loop is reached once, however often its body ran: the region around it pays.
    if (opcode === OPCODE.end) open.pop();
    const region = open.at(-1) ?? entry;
    region.cost++;
    if (opcode === OPCODE.prefixMisc || opcode === OPCODE.prefixSimd) {
      const operation = skipPrefixed(reader, opcode, offset);
      if (opcode === OPCODE.prefixMisc && BULK_OPERATIONS.has(operation)) {
        operands.push({ offset, kind: 'bulk' });
      }
      continue;
    }
    skipImmediates(reader, opcode, offset);
    if (opcode === OPCODE.block || opcode === OPCODE.if) open.push(region);
    else if (opcode === OPCODE.loop) {
      const loop: Region = { offset: reader.position, cost: 0 };
      regions.push(loop);
      open.push(loop);
    } else if (opcode === OPCODE.memoryGrow) operands.push({ offset, kind: 'grow' });
  }
  const fixed = regions.map(({ offset, cost }): Charge => ({ offset, kind: 'fixed', cost }));
  return [...fixed, ...operands].sort((a, b) => a.offset - b.offset);
}
