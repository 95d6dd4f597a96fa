import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
} from 'node:zlib';

type Decode = (bytes: Buffer, maxOutputLength: number) => Buffer;

const TRUNCATED: ZlibOptions = { finishFlush: constants.Z_SYNC_FLUSH };
const gunzip: Decode = (bytes, maxOutputLength) =>
  gunzipSync(bytes, { ...TRUNCATED, maxOutputLength });

const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  deflate: inflate,
  br: (bytes, maxOutputLength) =>
    brotliDecompressSync(bytes, {
      finishFlush: constants.BROTLI_OPERATION_FLUSH,
      maxOutputLength,
    }),
};

/** Below this many compressed bytes even a bomb's output is not worth another attempt. */
const FEWEST_BYTES = 32;

/**
 * The first bytes, at most `limit`, of what `bytes` hold when the content coding is taken off. `bytes` may
 * be only the beginning. What cannot be decoded, and an unknown coding, stay as they are.
 *
 * Output is bounded: too much of it makes zlib give up, so it is tried with half as much input until it
 * fits, and from little input upwards, because a page of 128 KB seldom needs all that was held back.
 */
export function decodeContent(bytes: Buffer, coding: string, limit: number): Buffer {
  const decode = Object.hasOwn(DECODERS, coding) ? DECODERS[coding]! : null;
  if (decode === null || bytes.length === 0) return bytes.subarray(0, limit);
  let best: Buffer | null = null;
  for (let take = Math.min(bytes.length, Math.max(FEWEST_BYTES, limit >> 2)); ; ) {
    const output = attempt(decode, bytes.subarray(0, take), limit * 2);
    if (output === 'undecodable') break;
    if (output === 'too much') {
      if (best !== null || take <= FEWEST_BYTES) break;
      take >>= 1;
      continue;
    }
    const shrank = best === null && take < Math.min(bytes.length, limit >> 2);
    best = output;
    if (shrank || output.length >= limit || take === bytes.length) break;
    take = Math.min(bytes.length, take * 2);
  }
  return (best ?? bytes).subarray(0, limit);
}

function attempt(
  decode: Decode,
  bytes: Buffer,
  maxOutput: number,
): Buffer | 'too much' | 'undecodable' {
  try {
    return decode(bytes, maxOutput);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ERR_BUFFER_TOO_LARGE' ? 'too much' : 'undecodable';
  }
}

/** `deflate` is the zlib format, but some servers send the bare one. */
function inflate(bytes: Buffer, maxOutputLength: number): Buffer {
  const options = { ...TRUNCATED, maxOutputLength };
  const isZlib = (bytes[0]! & 0x0f) === 8 && ((bytes[0]! << 8) + (bytes[1] ?? 0)) % 31 === 0;
  return isZlib ? inflateSync(bytes, options) : inflateRawSync(bytes, options);
}
