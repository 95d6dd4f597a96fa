import { type ByteSet, byteSet, hasByte } from './byte-set.ts';

/** Bytes of which ordinary text, whatever its language, is made for the most part. */
const ORDINARY = (byte: number) =>
  /[0-9A-Za-z ,.\-_]/.test(String.fromCharCode(byte)) || (byte >= 0x80 && !isNoUtf8(byte));

/** Bytes that no text in UTF-8 contains. */
const isNoUtf8 = (byte: number) => byte === 0xc0 || byte === 0xc1 || byte >= 0xf5;

const ALL = Array.from({ length: 256 }, (_, byte) => byte);

/**
 * Bytes that are rare in ordinary text: quotes, brackets, operators, line ends, control characters. The
 * engine notes once where a long value has them; an expression whose matches begin with such a byte is
 * run from there only.
 */
export const RARE_BYTES: ByteSet = byteSet(ALL.filter((byte) => !ORDINARY(byte)));

/** True when every byte for which `begins` holds is rare. */
export function areRare(begins: (byte: number) => boolean): boolean {
  return ALL.every((byte) => !begins(byte) || hasByte(RARE_BYTES, byte));
}
