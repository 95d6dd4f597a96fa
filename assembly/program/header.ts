/** Fields of the program header. */
import {
  HEADER_KINDS_AT,
  HEADER_LONGEST_EXACT_AT,
  HEADER_MAX_STEPS_AT,
  HEADER_ON_BUDGET_AT,
  HEADER_RESPONSE_KINDS_AT,
  PROGRAM_BASE,
} from '../layout.gen';

/** One bit for every kind that rules of the phase look at. */
let wanted: u64 = 0;

/** Steps one inspection may use. */
export function programMaxSteps(): u32 {
  return load<u32>(PROGRAM_BASE, HEADER_MAX_STEPS_AT);
}

/** Action that a request gets whose inspection ran out of steps. */
export function programOnBudget(): i32 {
  return load<u8>(PROGRAM_BASE, HEADER_ON_BUDGET_AT);
}

/** From here on, the kinds that count are those of the rules for responses, or those of all rules. */
export function choosePhase(isResponse: bool): void {
  wanted = isResponse
    ? load<u64>(PROGRAM_BASE, HEADER_RESPONSE_KINDS_AT)
    : load<u64>(PROGRAM_BASE, HEADER_KINDS_AT);
}

/** One bit for every kind that rules of the phase look at; none when it has no rules. */
export function wantedKinds(): u64 {
  return wanted;
}

export function programUses(kind: i32): bool {
  return ((wanted >> <u64>kind) & 1) != 0;
}

/** Length of the longest text that whole values are compared with. */
export function longestExact(): u32 {
  return load<u32>(PROGRAM_BASE, HEADER_LONGEST_EXACT_AT);
}
