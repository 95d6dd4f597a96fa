/** The detectors of the engine alone, for tests. */
import { isSqli } from '../../assembly/detectors/is-sqli';
import { isXss } from '../../assembly/detectors/is-xss';
import { startSteps, stepsUsed } from '../../assembly/steps';

export function sqli(at: usize, length: u32): bool {
  startSteps(u32.MAX_VALUE);
  return isSqli(at, length);
}

export function xss(at: usize, length: u32): bool {
  startSteps(u32.MAX_VALUE);
  return isXss(at, length);
}

export function steps(): u32 {
  return stepsUsed();
}
