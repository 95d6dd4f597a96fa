/**
 * What the compiler and the host have to know about each transform to plan its use; what it does is in
 * assembly/transforms. Held against the engine by test/unit/assembly/transforms-properties.test.ts.
 */
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
} from '../config/layout.gen.ts';

export interface TransformTraits {
  /** Its code in a rule program. */
  readonly code: number;
  /**
   * 256 bits, bit i being bit i % 8 of byte i / 8: the bytes without any of which the transform returns
   * its input. null: it always has to run.
   */
  readonly triggers: Uint8Array | null;
  /** The output has at most `growth * length + extra` bytes. */
  readonly growth: number;
  readonly extra: number;
  /** Steps per byte of input. */
  readonly weight: number;
  /** Lower case before it and behind it give the same, for every input. */
  readonly commutesWithLowercase: boolean;
}

const SPACE = '\t\n\v\f\r ';
const BLANK = `${SPACE}\xa0`;
const CAPITALS = span('A', 'Z');
const NOT_PLAIN = span('\0', '\xff').replace(/[0-9A-Za-z*]/g, '');

/** All transforms by name. */
export const TRANSFORMS: ReadonlyMap<string, TransformTraits> = new Map([
  ['lowercase', folding(TRANSFORM_LOWERCASE, CAPITALS, 1)],
  ['uppercase', plain(TRANSFORM_UPPERCASE, span('a', 'z'), 1)],
  ['trim', folding(TRANSFORM_TRIM, SPACE, 1)],
  ['trim_left', folding(TRANSFORM_TRIM_LEFT, SPACE, 1)],
  ['trim_right', folding(TRANSFORM_TRIM_RIGHT, SPACE, 1)],
  ['compress_whitespace', folding(TRANSFORM_COMPRESS_WHITESPACE, BLANK, 2)],
  ['remove_whitespace', folding(TRANSFORM_REMOVE_WHITESPACE, BLANK, 1)],
  ['remove_nulls', folding(TRANSFORM_REMOVE_NULLS, '\0', 1)],
  ['replace_nulls', folding(TRANSFORM_REPLACE_NULLS, '\0', 1)],
  ['normalize_path', folding(TRANSFORM_NORMALIZE_PATH, '/.', 3)],
  ['normalize_path_win', folding(TRANSFORM_NORMALIZE_PATH_WIN, '/.\\', 3)],
  ['url_decode', plain(TRANSFORM_URL_DECODE, '%+', 3)],
  ['url_decode_uni', plain(TRANSFORM_URL_DECODE_UNI, '%+', 3)],
  ['url_encode', { ...folding(TRANSFORM_URL_ENCODE, NOT_PLAIN, 2), growth: 3 }],
  ['html_entity_decode', plain(TRANSFORM_HTML_ENTITY_DECODE, '&', 3)],
  ['js_decode', plain(TRANSFORM_JS_DECODE, '\\', 3)],
  ['css_decode', plain(TRANSFORM_CSS_DECODE, '\\', 3)],
  ['escape_seq_decode', plain(TRANSFORM_ESCAPE_SEQ_DECODE, '\\', 3)],
  ['cmd_line', folding(TRANSFORM_CMD_LINE, `\\"'^,; \t\r\n${CAPITALS}`, 3)],
  ['replace_comments', folding(TRANSFORM_REPLACE_COMMENTS, '*', 2)],
  ['remove_comments', folding(TRANSFORM_REMOVE_COMMENTS, '*-#', 3)],
  ['remove_comments_char', folding(TRANSFORM_REMOVE_COMMENTS_CHAR, '*-#', 3)],
  [
    'utf8_to_unicode',
    { ...folding(TRANSFORM_UTF8_TO_UNICODE, span('\xc0', '\xf4'), 3), growth: 3 },
  ],
  ['base64_decode', plain(TRANSFORM_BASE64_DECODE, null, 2)],
  ['base64_decode_ext', plain(TRANSFORM_BASE64_DECODE_EXT, null, 2)],
  ['base64_encode', { ...plain(TRANSFORM_BASE64_ENCODE, null, 2), growth: 2, extra: 2 }],
  ['hex_decode', plain(TRANSFORM_HEX_DECODE, null, 2)],
  ['hex_encode', { ...plain(TRANSFORM_HEX_ENCODE, null, 2), growth: 2 }],
  ['sql_hex_decode', plain(TRANSFORM_SQL_HEX_DECODE, 'xX', 3)],
  ['length', { ...folding(TRANSFORM_LENGTH, null, 1), growth: 0, extra: 10 }],
  ['sha1', { ...plain(TRANSFORM_SHA1, null, 4), growth: 0, extra: 20 }],
  ['md5', { ...plain(TRANSFORM_MD5, null, 3), growth: 0, extra: 16 }],
]);

function plain(code: number, triggers: string | null, weight: number): TransformTraits {
  return {
    code,
    triggers: triggers === null ? null : byteSet(triggers),
    growth: 1,
    extra: 0,
    weight,
    commutesWithLowercase: false,
  };
}

function folding(code: number, triggers: string | null, weight: number): TransformTraits {
  return { ...plain(code, triggers, weight), commutesWithLowercase: true };
}

function byteSet(bytes: string): Uint8Array {
  const set = new Uint8Array(32);
  for (const byte of Buffer.from(bytes, 'latin1')) set[byte >> 3]! |= 1 << (byte & 7);
  return set;
}

/** Every character from `first` to `last`. */
function span(first: string, last: string): string {
  const start = first.charCodeAt(0);
  const size = last.charCodeAt(0) - start + 1;
  return Array.from({ length: size }, (_, i) => String.fromCharCode(start + i)).join('');
}
