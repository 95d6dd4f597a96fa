/** The door of the tests to the transforms of the engine. */
import { applyTransform } from '../../assembly/transforms/apply-transform';
import { roomFor as bytesFor, weightOf } from '../../assembly/transforms/bounds';
import { clearChanged, hasChanged } from '../../assembly/transforms/changed';

export { hasChanged, weightOf };

export function roomFor(code: i32, length: u32): u32 {
  return <u32>bytesFor(code, length);
}

/** Runs a transform; `hasChanged` then tells about this run alone. */
export function transform(code: i32, from: usize, length: u32, to: usize): u32 {
  clearChanged();
  return applyTransform(code, from, length, to);
}
