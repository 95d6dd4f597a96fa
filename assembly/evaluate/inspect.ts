/** One inspection from the bytes of the request to the verdict and its explanation. */
import {
  ACTION_ALLOW,
  EXPLAINED_IS_BUDGET_EXHAUSTED,
  EXPLAINED_IS_INVALID_PROGRAM,
  EXPLAINED_IS_NO_PROGRAM,
  EXPLAINED_IS_TRUNCATED,
  EXPLAINED_IS_UNREADABLE_REQUEST,
  REASON_BUDGET,
} from '../layout.gen';
import { clearLeafState } from '../match/leaf-state';
import { lookAtFields } from '../match/look-at-fields';
import { renewSerials } from '../match/view';
import { programMaxSteps, programOnBudget, wantedKinds } from '../program/header';
import { loadProgram, ProgramState, programState } from '../program/load-program';
import { isTruncated } from '../request/fields';
import { hasResponse } from '../request/raw-response';
import { readRequest } from '../request/read-request';
import { exhausted, startSteps } from '../steps';
import { categoryCount, writeExplanation } from './explanation';
import { clearEvaluated } from './leaf';
import { clearMatches, matchRules, seedCandidates } from './match-rules';
import { action, clearVerdict, decide, overrule } from './verdict';

/** Returns the action, 0 to 3. */
export function inspect(at: usize, length: u32): i32 {
  if (programState() == ProgramState.Unknown) loadProgram();
  clearMatches();
  if (programState() != ProgramState.Ready) return allowUninspected();
  startSteps(programMaxSteps());
  renewSerials();
  clearLeafState();
  clearEvaluated();
  clearVerdict();
  if (!readRequest(at, length)) {
    writeExplanation(EXPLAINED_IS_UNREADABLE_REQUEST, categoryCount());
    return action;
  }
  // No rule of the phase looks at anything.
  if (hasResponse && wantedKinds() == 0) {
    writeExplanation(isTruncated() ? EXPLAINED_IS_TRUNCATED : 0, categoryCount());
    return action;
  }
  seedCandidates();
  lookAtFields();
  matchRules();
  decide();
  let flags: u32 = isTruncated() ? EXPLAINED_IS_TRUNCATED : 0;
  if (exhausted()) {
    flags |= EXPLAINED_IS_BUDGET_EXHAUSTED;
    clearVerdict();
    clearMatches();
    overrule(programOnBudget(), REASON_BUDGET);
  }
  writeExplanation(flags, categoryCount());
  return action;
}

/** Without a program everything is allowed; an invalid one was refused by load_program. */
function allowUninspected(): i32 {
  const isAbsent = programState() == ProgramState.Absent;
  startSteps(0);
  overrule(ACTION_ALLOW, 0);
  writeExplanation(isAbsent ? EXPLAINED_IS_NO_PROGRAM : EXPLAINED_IS_INVALID_PROGRAM, 0);
  return ACTION_ALLOW;
}
