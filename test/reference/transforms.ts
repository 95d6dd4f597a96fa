import { posix } from 'node:path';
import { urlDecode } from './collect-values.ts';

/** The obvious form of every transform, on text of one character per byte. */
export const TRANSFORMS: Readonly<Record<string, (text: string) => string>> = {
  lowercase: (text) => text.replace(/[A-Z]/g, (c) => c.toLowerCase()),
  uppercase: (text) => text.replace(/[a-z]/g, (c) => c.toUpperCase()),
  trim: (text) => text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, ''),
  url_decode: urlDecode,
  url_decode_uni: urlDecodeUni,
  compress_whitespace: (text) => text.replace(/[ \t\n\v\f\r\xa0]+/g, ' '),
  remove_whitespace: (text) => text.replace(/[ \t\n\v\f\r\xa0]/g, ''),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL bytes are what this is about
  remove_nulls: (text) => text.replace(/\x00/g, ''),
  normalize_path: normalizePath,
};

function urlDecodeUni(text: string): string {
  return text.replace(/\+|%u([0-9a-f]{4})|%([0-9a-f]{2})/gi, (all, unicode, hex) => {
    if (all === '+') return ' ';
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    const code = Number.parseInt(unicode, 16);
    const isFullWidth = code > 0xff00 && code < 0xff5f;
    return String.fromCharCode((code & 0xff) + (isFullWidth ? 0x20 : 0));
  });
}

function normalizePath(text: string): string {
  if (text === '') return '';
  const path = posix.normalize(text);
  return path === '.' || path === './' ? '' : path;
}
