/**
 * How far the check of the program has come. The check is a list of stages (check-stages.ts), each a
 * loop over the records of one table; a step of the check goes through as many records as the host
 * lets it, so that a host with other work never waits for a whole program.
 */

/** Where the current stage goes on. */
let next: u32 = 0;
/** Records that the current step may still look at. */
let left: u32 = 0;
let isDone: bool = false;

export function startStage(): void {
  next = 0;
  isDone = false;
}

export function startStep(budget: u32): void {
  left = budget;
}

/** The record at which the stage goes on; 0 for a stage that has just begun. */
export function runStart(): u32 {
  return next;
}

/**
 * The record before which the stage has to stop for now; `records` is the size of its table. Every
 * stage calls it once, before its loop. A table costs one record more than it has, so that many
 * empty tables are not free.
 */
export function runEnd(records: u32): u32 {
  const rest = records - next;
  isDone = rest < left;
  const run = isDone ? rest : left;
  left -= isDone ? rest + 1 : run;
  next += run;
  return next;
}

/** Whether the last run reached the end of its table. */
export function isStageDone(): bool {
  return isDone;
}

/** Whether the current step has used up what the host lets it. */
export function isStepOver(): bool {
  return left == 0;
}
