import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeContent } from '../../../src/node/proxy/decode-content.ts';

const LIMIT = 8_192;
const text = Buffer.from(
  Array.from({ length: 40_000 }, (_, i) => `${(i * 7919) % 10007} `).join(''),
);

const codings = [
  { name: 'gzip', coding: 'gzip', encode: gzipSync },
  { name: 'x-gzip', coding: 'x-gzip', encode: gzipSync },
  { name: 'deflate', coding: 'deflate', encode: deflateSync },
  { name: 'bare deflate', coding: 'deflate', encode: deflateRawSync },
  { name: 'brotli', coding: 'br', encode: brotliCompressSync },
];

describe.each(codings)('content coding - $name', ({ coding, encode }) => {
  it('is taken off', () => {
    const short = text.subarray(0, 3_000);
    expect(decodeContent(encode(short), coding, LIMIT).equals(short)).toBe(true);
  });

  it('of a long body gives the first bytes', () => {
    const decoded = decodeContent(encode(text), coding, LIMIT);
    expect(decoded.equals(text.subarray(0, LIMIT))).toBe(true);
  });

  it('may be cut off', () => {
    const whole = encode(text.subarray(0, 6_000));
    const decoded = decodeContent(whole.subarray(0, whole.length >> 1), coding, LIMIT);
    expect(decoded.length).toBeGreaterThan(1_000);
    expect(decoded.equals(text.subarray(0, decoded.length))).toBe(true);
  });

  it('of a bomb is bounded and still gives its beginning', () => {
    const bomb = encode(Buffer.concat([Buffer.from('begins'), Buffer.alloc(64 * 1024 * 1024)]));
    const decoded = decodeContent(bomb, coding, LIMIT);
    expect(decoded.length).toBeLessThanOrEqual(LIMIT);
    // A brotli bomb is so small that it cannot be cut down to fit, and stays as it is.
    if (coding !== 'br') expect(decoded.subarray(0, 6).toString()).toBe('begins');
  });

  it('that is a lie leaves the bytes as they are', () => {
    const plain = Buffer.from('plain text, not encoded');
    expect(decodeContent(plain, coding, LIMIT).toString()).toBe('plain text, not encoded');
  });
});

describe('content coding', () => {
  it.each(['', 'identity', 'zstd', 'gzip, br', 'constructor'])('%j is left as it is', (coding) => {
    expect(decodeContent(text, coding, LIMIT).equals(text.subarray(0, LIMIT))).toBe(true);
  });

  it('nothing is nothing', () => {
    expect(decodeContent(Buffer.alloc(0), 'gzip', LIMIT)).toHaveLength(0);
  });
});
