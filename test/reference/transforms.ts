import { createHash } from 'node:crypto';
import { posix } from 'node:path';

type Transform = (text: string) => string;

/** The obvious form of every transform, on text of one character per byte. */
export const TRANSFORMS: Readonly<Record<string, Transform>> = {
  lowercase: (text) => text.replace(/[A-Z]/g, (c) => c.toLowerCase()),
  uppercase: (text) => text.replace(/[a-z]/g, (c) => c.toUpperCase()),
  trim: (text) => text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, ''),
  trim_left: (text) => text.replace(/^[ \t\n\v\f\r]+/, ''),
  trim_right: (text) => text.replace(/(?<![ \t\n\v\f\r])[ \t\n\v\f\r]+$/, ''),
  compress_whitespace: (text) => text.replace(/[ \t\n\v\f\r\xa0]+/g, ' '),
  remove_whitespace: (text) => text.replace(/[ \t\n\v\f\r\xa0]/g, ''),
  remove_nulls: (text) => text.split('\0').join(''),
  replace_nulls: (text) => text.split('\0').join(' '),
  normalize_path: normalizePath,
  normalize_path_win: (text) => normalizePath(text.replaceAll('\\', '/')),
  url_decode: (text) =>
    text.replace(/\+|%([0-9a-f]{2})/gi, (all, hex) => (all === '+' ? ' ' : fromHex(hex))),
  url_decode_uni: (text) =>
    text.replace(/\+|%u([0-9a-f]{4})|%([0-9a-f]{2})/gi, (all, unicode, hex) =>
      all === '+' ? ' ' : fromHex(unicode ?? hex),
    ),
  url_encode: (text) => text.replace(/[^0-9A-Za-z*]/g, (c) => (c === ' ' ? '+' : `%${toHex(c)}`)),
  html_entity_decode: htmlEntityDecode,
  js_decode: (text) =>
    text.replace(
      /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-3][0-7]{0,2}|[4-7][0-7]?)|([\s\S]))/g,
      (_, unicode, hex, octal, letter) =>
        letter === undefined ? fromEscape(unicode ?? hex, octal) : unescapeLetter(letter),
    ),
  escape_seq_decode: (text) =>
    text.replace(/\\(?:[xX]([0-9a-fA-F]{2})|([0-7]{1,3})|([\s\S]))/g, (_, hex, octal, letter) =>
      letter === undefined ? fromEscape(hex, octal) : unescapeLetter(letter),
    ),
  css_decode: (text) =>
    text.replace(/\\(?:([0-9a-f]{1,6})[ \t\n\v\f\r]?|\n|([\s\S])|$)/gi, (_, hex, letter) =>
      hex === undefined ? (letter ?? '') : fromHex(hex),
    ),
  cmd_line: (text) =>
    text
      .replace(/[\\"'^]/g, '')
      .replace(/[ \t\r\n,;]+/g, ' ')
      .replace(/ (?=[/(])/g, '')
      .replace(/[A-Z]/g, (c) => c.toLowerCase()),
  replace_comments: (text) => text.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, ' '),
  remove_comments: (text) =>
    text.replace(
      /(?:\/\*|<!--)(?:[\s\S]*?(?:\*\/|-->)|([\s\S]*))|(?:--|#)[\s\S]*/g,
      (_, unfinished) => (unfinished === undefined ? '' : ' '),
    ),
  remove_comments_char: (text) => text.replace(/\/\*|\*\/|<!--|-->|--|#/g, ''),
  utf8_to_unicode: (text) =>
    text.replace(
      /[\xc0-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g,
      (sequence) => `%u${codePoint(sequence).toString(16).padStart(4, '0')}`,
    ),
  base64_decode: (text) => decodeLetters(/^[A-Za-z0-9+/]*/.exec(text.replace(/[\r\n]/g, ''))![0]),
  base64_decode_ext: (text) => {
    const isSpoilt = [...text.matchAll(/=(?!=)/g)].some(
      ({ index }) => base64Letters(text.slice(0, index)).length % 4 === 1,
    );
    return isSpoilt ? '' : decodeLetters(base64Letters(text));
  },
  base64_encode: (text) => Buffer.from(text, 'latin1').toString('base64'),
  hex_decode: (text) => Buffer.from(/^(?:[0-9a-f]{2})*/i.exec(text)![0], 'hex').toString('latin1'),
  hex_encode: (text) => Buffer.from(text, 'latin1').toString('hex'),
  sql_hex_decode: (text) =>
    text.replace(/0x((?:[0-9a-f]{2})+)/gi, (_, hex) => Buffer.from(hex, 'hex').toString('latin1')),
  length: (text) => `${text.length}`,
  sha1: (text) => digest('sha1', text),
  md5: (text) => digest('md5', text),
};

/** Low byte of a hexadecimal number; full-width forms become the ASCII character that they imitate. */
function fromHex(hex: string): string {
  const code = Number.parseInt(hex, 16);
  const isFullWidth = code >= 0xff01 && code <= 0xff5e;
  return String.fromCharCode(isFullWidth ? code - 0xff01 + 0x21 : code % 256);
}

function toHex(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(2, '0');
}

function fromEscape(hex: string | undefined, octal: string): string {
  return hex === undefined ? String.fromCharCode(Number.parseInt(octal, 8) % 256) : fromHex(hex);
}

function unescapeLetter(letter: string): string {
  const at = 'abfnrtv'.indexOf(letter);
  return at < 0 ? letter : '\x07\b\f\n\r\t\v'.charAt(at);
}

function htmlEntityDecode(text: string): string {
  const names: Record<string, string> = { quot: '"', amp: '&', lt: '<', gt: '>', nbsp: '\xa0' };
  return text.replace(
    /&(?:#x([0-9a-f]+)|#([0-9]+)|(quot|amp|lt|gt|nbsp)(?![0-9a-z]));?/gi,
    (_, hex, decimal, name) => {
      if (name !== undefined) return names[name.toLowerCase()]!;
      const value = BigInt(hex === undefined ? decimal : `0x${hex}`);
      return String.fromCharCode(value >= 2n ** 63n ? 255 : Number(value % 256n));
    },
  );
}

/** The number in a UTF-8 sequence: the payload bits of its bytes, written behind each other. */
function codePoint(sequence: string): number {
  const bits = [...sequence].map((c) => c.charCodeAt(0).toString(2).padStart(8, '0'));
  const payload = bits.map((byte, i) => byte.slice(i > 0 ? 2 : bits.length + 1));
  return Number.parseInt(payload.join(''), 2);
}

function base64Letters(text: string): string {
  return text.replace(/[^A-Za-z0-9+/_-]/g, '');
}

function decodeLetters(letters: string): string {
  const whole = letters.length % 4 === 1 ? letters.slice(0, -1) : letters;
  return Buffer.from(whole, 'base64').toString('latin1');
}

function digest(algorithm: string, text: string): string {
  return createHash(algorithm).update(Buffer.from(text, 'latin1')).digest('binary');
}

function normalizePath(text: string): string {
  if (text === '') return '';
  const path = posix.normalize(text);
  return path === '.' || path === './' ? '' : path;
}
