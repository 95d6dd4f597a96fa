/** Runs a position automaton set by set, for texts that the lazy DFA has no room for. */
import { DEAD, LIST_A, LIST_B, LISTED, MATCHED } from './arena';
import { packCell } from './cell';
import { flagsOf, setCount, setMatches, setWork, stepSet, unmark } from './position-set';

/** The set that the run is at. */
let list: usize = 0;
let size: u32 = 0;

/** Goes on from a set that lies anywhere. */
export function resumeSets(members: usize, count: u32): void {
  list = members;
  size = count;
}

/** Reads one byte. The answer is what a state's cell would hold, with LISTED in place of a state. */
export function nextSet(byteClass: u32): u32 {
  const to = list == LIST_A ? LIST_B : LIST_A;
  stepSet(list, size, byteClass, to);
  unmark(to, setCount);
  list = to;
  size = setCount;
  if (setMatches) return packCell(setWork, MATCHED);
  return packCell(setWork, size == 0 ? DEAD : LISTED);
}

export function listedFlags(): u32 {
  return flagsOf(list, size);
}
