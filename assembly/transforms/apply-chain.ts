/** Runs a chain of transforms on a copy of a value. */
import {
  ARENA_TRANSFORM_BUFFER,
  SECTION_CHAIN_STEPS,
  SECTION_CHAINS,
  TRANSFORM_COMPRESS_WHITESPACE,
  TRANSFORM_LOWERCASE,
  TRANSFORM_NORMALIZE_PATH,
  TRANSFORM_REMOVE_NULLS,
  TRANSFORM_REMOVE_WHITESPACE,
  TRANSFORM_TRIM,
  TRANSFORM_UPPERCASE,
  TRANSFORM_URL_DECODE,
  TRANSFORM_URL_DECODE_UNI,
} from '../layout.gen';
import { number, table } from '../program/section';
import { charge } from '../steps';
import { clearChanged, hasChanged } from './changed';
import { compressWhitespace } from './compress-whitespace';
import { lowercase } from './lowercase';
import { normalizePath } from './normalize-path';
import { removeNulls } from './remove-nulls';
import { removeWhitespace } from './remove-whitespace';
import { trim } from './trim';
import { uppercase } from './uppercase';
import { urlDecode } from './url-decode';
import { urlDecodeUni } from './url-decode-uni';

/** The output of the chain that ran last: the value itself, or the transform buffer. */
export let outputAt: usize = 0;
export let outputLen: u32 = 0;

/** Returns true when the output differs from the value. One output lives at a time. */
export function applyChain(chain: u32, at: usize, length: u32): bool {
  outputAt = at;
  outputLen = length;
  const first = number(SECTION_CHAINS, chain);
  const end = number(SECTION_CHAINS, chain + 1);
  if (first == end) return false;
  clearChanged();
  memory.copy(ARENA_TRANSFORM_BUFFER, at, length);
  const steps = table(SECTION_CHAIN_STEPS);
  let size = length;
  for (let i = first; i < end; i++) {
    charge(1 + size);
    size = apply(load<u8>(steps + i), ARENA_TRANSFORM_BUFFER, size);
  }
  if (!hasChanged()) return false;
  outputAt = ARENA_TRANSFORM_BUFFER;
  outputLen = size;
  return true;
}

function apply(transform: i32, at: usize, length: u32): u32 {
  switch (transform) {
    case TRANSFORM_LOWERCASE:
      return lowercase(at, length);
    case TRANSFORM_UPPERCASE:
      return uppercase(at, length);
    case TRANSFORM_TRIM:
      return trim(at, length);
    case TRANSFORM_URL_DECODE:
      return urlDecode(at, length);
    case TRANSFORM_URL_DECODE_UNI:
      return urlDecodeUni(at, length);
    case TRANSFORM_COMPRESS_WHITESPACE:
      return compressWhitespace(at, length);
    case TRANSFORM_REMOVE_WHITESPACE:
      return removeWhitespace(at, length);
    case TRANSFORM_REMOVE_NULLS:
      return removeNulls(at, length);
    case TRANSFORM_NORMALIZE_PATH:
      return normalizePath(at, length);
    default:
      return length;
  }
}
