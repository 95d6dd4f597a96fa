/**
 * The step counter: what an inspection has cost so far. Steps are a function of the program and the
 * request only, never of what ran before, so the same request is cut off at the same point everywhere.
 * What is charged where: DESIGN.md, "Steps".
 */
let used: u32 = 0;
let limit: u32 = 0;

/** Starts a new count. Without a program the limit is 0 and nothing is left to do anyway. */
export function startSteps(maximum: u32): void {
  used = 0;
  limit = maximum;
}

/** Adds to the count. Callers stop at the next check of `exhausted`, so no charge can overflow. */
export function charge(steps: u32): void {
  used += steps;
}

export function exhausted(): bool {
  return used > limit;
}

export function stepsUsed(): u32 {
  return used;
}

/** What is said about the inspection. How far beyond the limit it went depends on what was remembered. */
export function stepsExplained(): u32 {
  return exhausted() ? limit + 1 : used;
}
