/**
 * Gates keep values away from tests that they cannot satisfy. A gate asks for bits of the profile. What
 * passes is tested at once, or armed for the search when bytes alone may satisfy its clauses; for all
 * others it is enough to know that a search is worth while: what it finds leads to them.
 */
import {
  GATE_FLAGS_AT,
  GATE_IS_ARMED,
  GATE_IS_SEARCHED,
  GATE_LEAF_AT,
  GATE_NEED0_AT,
  GATE_NEED1_AT,
  GATE_SIZE,
} from '../layout.gen';
import { gateTable } from '../program/tables';
import { charge, exhausted } from '../steps';
import { testOutput } from './leaf-test';
import { outputBits0, outputBits1 } from './output';
import { arm } from './regex-test';

/**
 * Gates [from, to) and the current output. Gates that only ask for a search stand last, so the first of
 * them that passes ends the list. Returns true when the output has to be searched.
 */
export function passGates(from: u32, to: u32): bool {
  const absent0 = ~outputBits0;
  const absent1 = ~outputBits1;
  const end = gateTable + <usize>to * GATE_SIZE;
  let waits = false;
  charge(to - from);
  for (let gate = gateTable + <usize>from * GATE_SIZE; gate < end; gate += GATE_SIZE) {
    if ((load<u64>(gate, GATE_NEED0_AT) & absent0) != 0) continue;
    if ((load<u64>(gate, GATE_NEED1_AT) & absent1) != 0) continue;
    const flags = load<u32>(gate, GATE_FLAGS_AT);
    if ((flags & GATE_IS_SEARCHED) != 0) return true;
    const leaf = load<u32>(gate, GATE_LEAF_AT);
    if ((flags & GATE_IS_ARMED) != 0) {
      if (arm(leaf)) waits = true;
    } else {
      testOutput(leaf);
      if (exhausted()) return false;
    }
  }
  return waits;
}
