import { type ByteSet, byteSet, complementOf } from './byte-set.ts';

/** Of each set some byte: what a value needs that a detector is to find something in. */

const WORD = /[\w$.\x80-\x9f\xa1-\xff]/;
const WORD_BYTES = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) =>
  WORD.test(String.fromCharCode(byte)),
);

/** The marks of schemas/detectors/sql-shapes.json, and something between two words. */
export const SQLI_NEEDS: readonly ByteSet[] = [
  byteSet(Buffer.from('0123456789\'"`(;=<>#@*\\')),
  complementOf(byteSet(WORD_BYTES)),
];

/** A tag, an attribute, the colon of a URL, or a reference to one. */
export const XSS_NEEDS: readonly ByteSet[] = [byteSet(Buffer.from('<=:&'))];
