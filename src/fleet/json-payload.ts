import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

/** Larger documents are stored compressed; smaller ones stay readable with `nats kv get`. */
const COMPRESS_FROM = 8_192;
/** What a compressed document may unpack to, bytes. */
const MAX_UNPACKED = 64 * 1024 * 1024;

const compress = promisify(gzip);
const unpack = promisify(gunzip);

/** The JSON text of `value` as bytes, gzip'd when it is long. */
export async function encodePayload(value: unknown): Promise<Uint8Array> {
  const json = Buffer.from(JSON.stringify(value));
  return json.length < COMPRESS_FROM ? json : await compress(json);
}

/** The value in a payload of either form. Throws an Error that says what is wrong with the bytes. */
export async function decodePayload(payload: Uint8Array): Promise<unknown> {
  const compressed = payload[0] === 0x1f && payload[1] === 0x8b;
  const json = compressed ? await unpack(payload, { maxOutputLength: MAX_UNPACKED }) : payload;
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
}
