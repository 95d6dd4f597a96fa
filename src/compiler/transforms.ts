import * as L from '../config/layout.gen.ts';
import { type ByteSet, byteSet } from './byte-set.ts';
export interface TransformInfo {
  code: number;
  triggers: ByteSet | null;
  commutesWithLowercase: boolean;
  weight: number;
  growth: number;
  extra: number;
}
const spaces = [9, 10, 11, 12, 13, 32, 0xa0];
const T: [number, number[] | null, boolean][] = [
  [L.TRANSFORM_LOWERCASE, Array.from({ length: 26 }, (_, i) => 65 + i), true],
  [L.TRANSFORM_UPPERCASE, Array.from({ length: 26 }, (_, i) => 97 + i), false],
  [L.TRANSFORM_TRIM, spaces, true],
  [L.TRANSFORM_URL_DECODE, [0x25, 0x2b], false],
  [L.TRANSFORM_URL_DECODE_UNI, [0x25, 0x2b], false],
  [L.TRANSFORM_COMPRESS_WHITESPACE, spaces, true],
  [L.TRANSFORM_REMOVE_WHITESPACE, spaces, true],
  [L.TRANSFORM_REMOVE_NULLS, [0], true],
  [L.TRANSFORM_NORMALIZE_PATH, [0x2f, 0x2e], true],
];
export const TRANSFORMS_BY_CODE: ReadonlyMap<number, TransformInfo> = new Map(
  T.map(([code, b, c]) => [
    code,
    {
      code,
      triggers: b ? byteSet(b) : null,
      commutesWithLowercase: c,
      weight: 2,
      growth: 6,
      extra: 64,
    },
  ]),
);
