/** The transform with a given code, and how much room its output needs. */
import {
  TRANSFORM_BASE64_DECODE,
  TRANSFORM_BASE64_DECODE_EXT,
  TRANSFORM_BASE64_ENCODE,
  TRANSFORM_CMD_LINE,
  TRANSFORM_COMPRESS_WHITESPACE,
  TRANSFORM_CSS_DECODE,
  TRANSFORM_ESCAPE_SEQ_DECODE,
  TRANSFORM_HEX_DECODE,
  TRANSFORM_HEX_ENCODE,
  TRANSFORM_HTML_ENTITY_DECODE,
  TRANSFORM_JS_DECODE,
  TRANSFORM_LENGTH,
  TRANSFORM_LOWERCASE,
  TRANSFORM_MD5,
  TRANSFORM_NORMALIZE_PATH,
  TRANSFORM_NORMALIZE_PATH_WIN,
  TRANSFORM_REMOVE_COMMENTS,
  TRANSFORM_REMOVE_COMMENTS_CHAR,
  TRANSFORM_REMOVE_NULLS,
  TRANSFORM_REMOVE_WHITESPACE,
  TRANSFORM_REPLACE_COMMENTS,
  TRANSFORM_REPLACE_NULLS,
  TRANSFORM_SHA1,
  TRANSFORM_SQL_HEX_DECODE,
  TRANSFORM_TRIM,
  TRANSFORM_TRIM_LEFT,
  TRANSFORM_TRIM_RIGHT,
  TRANSFORM_UPPERCASE,
  TRANSFORM_URL_DECODE,
  TRANSFORM_URL_DECODE_UNI,
  TRANSFORM_URL_ENCODE,
  TRANSFORM_UTF8_TO_UNICODE,
} from '../layout.gen';
import { base64Decode } from './base64-decode';
import { base64DecodeExt } from './base64-decode-ext';
import { base64Encode } from './base64-encode';
import { cmdLine } from './cmd-line';
import { compressWhitespace } from './compress-whitespace';
import { cssDecode } from './css-decode';
import { escapeSeqDecode } from './escape-seq-decode';
import { hexDecode } from './hex-decode';
import { hexEncode } from './hex-encode';
import { htmlEntityDecode } from './html-entity-decode';
import { jsDecode } from './js-decode';
import { lengthInDigits } from './length';
import { lowercase } from './lowercase';
import { md5 } from './md5';
import { normalizePath } from './normalize-path';
import { normalizePathWin } from './normalize-path-win';
import { removeComments } from './remove-comments';
import { removeCommentsChar } from './remove-comments-char';
import { removeNulls } from './remove-nulls';
import { removeWhitespace } from './remove-whitespace';
import { replaceComments } from './replace-comments';
import { replaceNulls } from './replace-nulls';
import { sha1 } from './sha1';
import { sqlHexDecode } from './sql-hex-decode';
import { trim, trimLeft, trimRight } from './trim';
import { uppercase } from './uppercase';
import { urlDecode } from './url-decode';
import { urlDecodeUni } from './url-decode-uni';
import { urlEncode } from './url-encode';
import { utf8ToUnicode } from './utf8-to-unicode';

/**
 * Writes what the transform makes of [from, from + length) to `to` and returns its length; marks a change
 * if and only if the bytes differ. `to` has `roomFor(code, length)` bytes (bounds.ts) and does not overlap the source.
 * An unknown code copies.
 */
export function applyTransform(code: i32, from: usize, length: u32, to: usize): u32 {
  switch (code) {
    case TRANSFORM_LOWERCASE:
      return lowercase(from, length, to);
    case TRANSFORM_UPPERCASE:
      return uppercase(from, length, to);
    case TRANSFORM_TRIM:
      return trim(from, length, to);
    case TRANSFORM_URL_DECODE:
      return urlDecode(from, length, to);
    case TRANSFORM_URL_DECODE_UNI:
      return urlDecodeUni(from, length, to);
    case TRANSFORM_COMPRESS_WHITESPACE:
      return compressWhitespace(from, length, to);
    case TRANSFORM_REMOVE_WHITESPACE:
      return removeWhitespace(from, length, to);
    case TRANSFORM_REMOVE_NULLS:
      return removeNulls(from, length, to);
    case TRANSFORM_NORMALIZE_PATH:
      return normalizePath(from, length, to);
    case TRANSFORM_HTML_ENTITY_DECODE:
      return htmlEntityDecode(from, length, to);
    case TRANSFORM_JS_DECODE:
      return jsDecode(from, length, to);
    case TRANSFORM_CSS_DECODE:
      return cssDecode(from, length, to);
    case TRANSFORM_ESCAPE_SEQ_DECODE:
      return escapeSeqDecode(from, length, to);
    case TRANSFORM_CMD_LINE:
      return cmdLine(from, length, to);
    case TRANSFORM_REPLACE_NULLS:
      return replaceNulls(from, length, to);
    case TRANSFORM_REPLACE_COMMENTS:
      return replaceComments(from, length, to);
    case TRANSFORM_REMOVE_COMMENTS:
      return removeComments(from, length, to);
    case TRANSFORM_REMOVE_COMMENTS_CHAR:
      return removeCommentsChar(from, length, to);
    case TRANSFORM_NORMALIZE_PATH_WIN:
      return normalizePathWin(from, length, to);
    case TRANSFORM_UTF8_TO_UNICODE:
      return utf8ToUnicode(from, length, to);
    case TRANSFORM_BASE64_DECODE:
      return base64Decode(from, length, to);
    case TRANSFORM_BASE64_DECODE_EXT:
      return base64DecodeExt(from, length, to);
    case TRANSFORM_HEX_DECODE:
      return hexDecode(from, length, to);
    case TRANSFORM_HEX_ENCODE:
      return hexEncode(from, length, to);
    case TRANSFORM_LENGTH:
      return lengthInDigits(from, length, to);
    case TRANSFORM_TRIM_LEFT:
      return trimLeft(from, length, to);
    case TRANSFORM_TRIM_RIGHT:
      return trimRight(from, length, to);
    case TRANSFORM_SHA1:
      return sha1(from, length, to);
    case TRANSFORM_MD5:
      return md5(from, length, to);
    case TRANSFORM_URL_ENCODE:
      return urlEncode(from, length, to);
    case TRANSFORM_BASE64_ENCODE:
      return base64Encode(from, length, to);
    case TRANSFORM_SQL_HEX_DECODE:
      return sqlHexDecode(from, length, to);
    default:
      memory.copy(to, from, length);
      return length;
  }
}
