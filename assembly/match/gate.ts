/**
 * Gates keep values away from tests that they cannot satisfy. A gate asks for bits of the profile; what
 * passes is either tested at once or, when the test also waits for literals, armed for the search.
 */
import {
  GATE_FLAGS_AT,
  GATE_IS_LITERAL,
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

/** Gates [from, to) and the current output. Returns true when some leaf waits for the search. */
export function passGates(from: u32, to: u32): bool {
  const absent0 = ~outputBits0;
  const absent1 = ~outputBits1;
  const end = gateTable + <usize>to * GATE_SIZE;
  let waits = false;
  charge(to - from);
  for (let gate = gateTable + <usize>from * GATE_SIZE; gate < end; gate += GATE_SIZE) {
    if ((load<u64>(gate, GATE_NEED0_AT) & absent0) != 0) continue;
    if ((load<u64>(gate, GATE_NEED1_AT) & absent1) != 0) continue;
    const leaf = load<u32>(gate, GATE_LEAF_AT);
    if ((load<u32>(gate, GATE_FLAGS_AT) & GATE_IS_LITERAL) == 0) {
      testOutput(leaf);
      if (exhausted()) return false;
    } else if (arm(leaf)) {
      waits = true;
    }
  }
  return waits;
}
