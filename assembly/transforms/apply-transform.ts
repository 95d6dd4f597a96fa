import {
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
import { compressWhitespace } from './compress-whitespace';
import { lowercase } from './lowercase';
import { normalizePath } from './normalize-path';
import { removeNulls } from './remove-nulls';
import { removeWhitespace } from './remove-whitespace';
import { trim } from './trim';
import { uppercase } from './uppercase';
import { urlDecode } from './url-decode';
import { urlDecodeUni } from './url-decode-uni';

export function applyTransform(transform: i32, from: usize, length: u32, at: usize): u32 {
  memory.copy(at, from, length);
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
