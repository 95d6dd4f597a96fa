/**
 * Proves once that the bytes at PROGRAM_BASE are a rule program: afterwards every offset and every
 * index that the engine reads out of them is in bounds, and every loop over them ends. Bytes are not
 * trusted: whatever they hold, the answer is a code, never a trap.
 */
import {
  ACTION_LOG,
  HEADER_BYTES,
  HEADER_FORMAT_AT,
  HEADER_MAGIC_AT,
  HEADER_MAX_STEPS_AT,
  HEADER_ON_BUDGET_AT,
  HEADER_TOTAL_BYTES_AT,
  LOAD_BAD_FORMAT,
  LOAD_BAD_MAGIC,
  LOAD_BAD_SECTION,
  LOAD_BAD_SIZE,
  LOAD_LIMIT_EXCEEDED,
  LOAD_OK,
  PAGE_BYTES,
  PROGRAM_BASE,
  PROGRAM_FORMAT,
  PROGRAM_MAGIC,
  PROGRAM_MAX_BYTES,
  PROGRAM_MAX_STEPS,
  SECTIONS,
  sectionSentinel,
  sectionWidth,
} from '../layout.gen';
import { clearLazyDfa } from '../match/regex/run-regex';
import { clearValueCache } from '../match/value-cache';
import { checkAutomaton } from './check-automaton';
import { checkLiterals } from './check-literals';
import { checkOperands } from './check-operands';
import { checkPlans } from './check-plans';
import { checkRules } from './check-rules';
import { checkTargets } from './check-targets';
import { count, table } from './section';
import { bindTables } from './tables';

/** What is known about the bytes at PROGRAM_BASE. */
export const enum ProgramState {
  Unknown,
  Ready,
  Absent,
  Invalid,
}

let state: ProgramState = ProgramState.Unknown;

export function programState(): ProgramState {
  return state;
}

/** Checks the program. Returns LOAD_OK, also when there is none, or a negative LOAD_ code. */
export function loadProgram(): i32 {
  if (load<u32>(PROGRAM_BASE, HEADER_MAGIC_AT) == 0) {
    state = ProgramState.Absent;
    return LOAD_OK;
  }
  const code = check();
  if (code == LOAD_OK) {
    bindTables();
    clearValueCache();
    clearLazyDfa();
  }
  state = code == LOAD_OK ? ProgramState.Ready : ProgramState.Invalid;
  return code;
}

function check(): i32 {
  let code = checkHeader();
  if (code == LOAD_OK) code = checkSections();
  if (code == LOAD_OK) code = checkTargets();
  if (code == LOAD_OK) code = checkOperands();
  if (code == LOAD_OK) code = checkRules();
  if (code == LOAD_OK) code = checkLiterals();
  if (code == LOAD_OK) code = checkAutomaton();
  if (code == LOAD_OK) code = checkPlans();
  return code;
}

function checkHeader(): i32 {
  if (load<u32>(PROGRAM_BASE, HEADER_MAGIC_AT) != PROGRAM_MAGIC) return LOAD_BAD_MAGIC;
  if (load<u16>(PROGRAM_BASE, HEADER_FORMAT_AT) != PROGRAM_FORMAT) return LOAD_BAD_FORMAT;
  const total = load<u32>(PROGRAM_BASE, HEADER_TOTAL_BYTES_AT);
  const room = <usize>memory.size() * PAGE_BYTES - PROGRAM_BASE;
  if (total < HEADER_BYTES || total > PROGRAM_MAX_BYTES || <usize>total > room) {
    return LOAD_BAD_SIZE;
  }
  if (load<u32>(PROGRAM_BASE, HEADER_MAX_STEPS_AT) > PROGRAM_MAX_STEPS) return LOAD_LIMIT_EXCEEDED;
  if (load<u8>(PROGRAM_BASE, HEADER_ON_BUDGET_AT) > <u8>ACTION_LOG) return LOAD_LIMIT_EXCEEDED;
  return LOAD_OK;
}

/** Every table lies inside the program, behind the header, aligned to 8 bytes. */
function checkSections(): i32 {
  const total: u64 = load<u32>(PROGRAM_BASE, HEADER_TOTAL_BYTES_AT);
  for (let section: u32 = 0; section < SECTIONS; section++) {
    const offset: u64 = table(section) - PROGRAM_BASE;
    const records: u64 = <u64>count(section) + sectionSentinel(section);
    if ((offset & 7) != 0 || offset < HEADER_BYTES || offset > total) return LOAD_BAD_SECTION;
    if (records * sectionWidth(section) > total - offset) return LOAD_BAD_SECTION;
  }
  return LOAD_OK;
}
