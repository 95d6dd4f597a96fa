/** The door of the tests to the transforms of the engine. */
import { applyTransform, roomFor } from '../../assembly/transforms/apply-transform';
import { clearChanged, hasChanged } from '../../assembly/transforms/changed';

export { hasChanged, roomFor };

/** Runs a transform; `hasChanged` then tells about this run alone. */
export function transform(code: i32, from: usize, length: u32, to: usize): u32 {
  clearChanged();
  return applyTransform(code, from, length, to);
}

/** Runs a transform again and again, for measurements. */
export function repeat(code: i32, from: usize, length: u32, to: usize, times: u32): u32 {
  let size: u32 = 0;
  for (let i: u32 = 0; i < times; i++) size += applyTransform(code, from, length, to);
  return size;
}
