import { TRANSFORMS, type TransformTraits } from './transforms.ts';

/** All transforms by the code that they have in a rule program. */
export const TRANSFORMS_BY_CODE: ReadonlyMap<number, TransformTraits> = new Map(
  [...TRANSFORMS.values()].map((traits) => [traits.code, traits]),
);
