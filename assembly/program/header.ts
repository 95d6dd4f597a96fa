/** Fields of the program header. */
import {
  HEADER_KINDS_AT,
  HEADER_LONGEST_EXACT_AT,
  HEADER_MAX_STEPS_AT,
  HEADER_ON_BUDGET_AT,
  PROGRAM_BASE,
} from '../layout.gen';

/** Steps one inspection may use. */
export function programMaxSteps(): u32 {
  return load<u32>(PROGRAM_BASE, HEADER_MAX_STEPS_AT);
}

/** Action that a request gets whose inspection ran out of steps. */
export function programOnBudget(): i32 {
  return load<u8>(PROGRAM_BASE, HEADER_ON_BUDGET_AT);
}

/** One bit for every target kind that a rule looks at. */
export function programUses(kind: i32): bool {
  return ((load<u32>(PROGRAM_BASE, HEADER_KINDS_AT) >> kind) & 1) != 0;
}

/** Length of the longest text that whole values are compared with. */
export function longestExact(): u32 {
  return load<u32>(PROGRAM_BASE, HEADER_LONGEST_EXACT_AT);
}
