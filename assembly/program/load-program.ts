/**
 * Proves once that the bytes at PROGRAM_BASE are a rule program: afterwards every offset and every
 * index that the engine reads out of them is in bounds, and every loop over them ends. Bytes are not
 * trusted: whatever they hold, the answer is a code, never a trap.
 */
import { HEADER_MAGIC_AT, LOAD_OK, PROGRAM_BASE } from '../layout.gen';
import { clearLazyDfa } from '../match/regex/state-table';
import { clearValueCache } from '../match/value-cache';
import { checkHeader } from './check-header';
import { isStageDone, isStepOver, startStage, startStep } from './check-run';
import { checkStage, STAGES } from './check-stages';
import { bindTables } from './tables';

/** What is known about the bytes at PROGRAM_BASE. Only a program that is Ready judges requests. */
export const enum ProgramState {
  Unknown,
  Ready,
  Absent,
  Invalid,
  Checking,
}

/** Answer of a step that leaves something to check. */
const MORE: i32 = 1;

let state: ProgramState = ProgramState.Unknown;
/** The stage at which a check goes on. */
let stage: u32 = 0;

export function programState(): ProgramState {
  return state;
}

/** Checks the program in one go. Returns LOAD_OK, also when there is none, or a negative LOAD_ code. */
export function loadProgram(): i32 {
  state = ProgramState.Unknown;
  let answer = MORE;
  while (answer == MORE) answer = loadProgramStep(u32.MAX_VALUE);
  return answer;
}

/**
 * Goes on with a check, or begins one, and looks at no more than `budget` records. Returns MORE until the
 * check is over, then what `loadProgram` returns.
 */
export function loadProgramStep(budget: u32): i32 {
  startStep(budget == 0 ? 1 : budget);
  if (state != ProgramState.Checking) {
    if (load<u32>(PROGRAM_BASE, HEADER_MAGIC_AT) == 0) {
      state = ProgramState.Absent;
      return LOAD_OK;
    }
    const code = checkHeader();
    if (code != LOAD_OK) return refuse(code);
    state = ProgramState.Checking;
    stage = 0;
    startStage();
  }
  while (stage < STAGES) {
    if (isStepOver()) return MORE;
    const code = checkStage(stage);
    if (code != LOAD_OK) return refuse(code);
    if (!isStageDone()) continue;
    stage++;
    startStage();
  }
  bindTables();
  clearValueCache();
  clearLazyDfa();
  state = ProgramState.Ready;
  return LOAD_OK;
}

function refuse(code: i32): i32 {
  state = ProgramState.Invalid;
  return code;
}
