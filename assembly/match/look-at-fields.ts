/** Puts every value and every name that rules of the phase look at to the tests that its plan lists. */
import { FIELD_KIND_AT, MAX_CACHED_VALUE } from '../layout.gen';
import { wantedKinds } from '../program/header';
import { fieldAt, fieldCount, isNamed } from '../request/fields';
import { exhausted, stepsUsed } from '../steps';
import { followPlan } from './follow-plan';
import { triggerSteps } from './leaf-state';
import { clearNamePatterns } from './name-patterns';
import { clearQueue } from './regex-test';
import { recall, remember, startRecording } from './value-cache';
import { viewAt, viewLen, viewName, viewValue } from './view';
import { classify, viewClass, viewPlan } from './view-class';

export function lookAtFields(): void {
  clearQueue();
  clearNamePatterns();
  const wanted = wantedKinds();
  for (let i: u32 = 0, n = fieldCount(); i < n && !exhausted(); i++) {
    const kind = load<u32>(fieldAt(i), FIELD_KIND_AT);
    const ways = wanted >> <u64>kind;
    if ((ways & 1) != 0) {
      viewValue(i);
      look();
    }
    if ((ways & 2) == 0 || !isNamed(kind) || exhausted()) continue;
    viewName(i);
    look();
  }
}

function look(): void {
  classify();
  if (viewPlan == 0) return;
  if (viewLen > MAX_CACHED_VALUE) {
    followPlan(viewPlan, viewAt, viewLen);
    return;
  }
  if (recall(viewClass, viewAt, viewLen)) return;
  const before = stepsUsed() - triggerSteps;
  startRecording();
  followPlan(viewPlan, viewAt, viewLen);
  remember(viewClass, viewAt, viewLen, stepsUsed() - triggerSteps - before);
}
