import {
  MAX_FACTS,
  REQUEST_BODY_LEN_AT,
  REQUEST_FACT_COUNT_AT,
  REQUEST_FLAGS_AT,
  REQUEST_FORMAT,
  REQUEST_HEADER_NAME_LEN_AT,
  REQUEST_HEADER_SIZE,
  REQUEST_HEADER_VALUE_LEN_AT,
  REQUEST_IP_LEN_AT,
  REQUEST_IS_TRUNCATED,
  REQUEST_MAGIC,
  REQUEST_MAX_BODY_BYTES,
  REQUEST_MAX_HEADERS,
  REQUEST_MAX_RECORD_BYTES,
  REQUEST_METHOD_LEN_AT,
  REQUEST_NOW_MS_AT,
  REQUEST_SIZE,
  REQUEST_URI_LEN_AT,
  REQUEST_VERSION_LEN_AT,
} from '../config/layout.gen.ts';
import type { InspectionRequest } from './verdict.ts';

/** `Buffer#latin1Write`, which Node has and its types do not declare. */
type Latin1Buffer = Buffer & { latin1Write(text: string, at: number): number };

const NO_FACTS: readonly string[] = [];

/** Shorter text is written faster byte by byte than by a call out of JavaScript. */
const SHORT_TEXT = 24;

/**
 * Writes requests as flat records (drawn in assembly/DESIGN.md) to the beginning of a memory. One pass,
 * no garbage; text is one byte per character.
 */
export class RequestRecord {
  readonly #bytes: Latin1Buffer;
  readonly #words: Uint32Array;
  readonly #doubles: Float64Array;

  constructor(memory: ArrayBuffer) {
    this.#bytes = Buffer.from(memory, 0, REQUEST_MAX_RECORD_BYTES) as Latin1Buffer;
    this.#words = new Uint32Array(memory, 0, REQUEST_MAX_RECORD_BYTES / 4);
    this.#doubles = new Float64Array(memory, 0, REQUEST_MAX_RECORD_BYTES / 8);
  }

  /**
   * Returns the length of the record; 0 when the request is too large even without its body. What does
   * not fit of the body, and headers and facts above the limits, are left out and the record says so.
   */
  write(request: InspectionRequest): number {
    const { method, uri, version, sourceIp, headers, facts = NO_FACTS, body } = request;
    const headerCount = Math.min(headers.length >> 1, REQUEST_MAX_HEADERS);
    const factCount = Math.min(facts.length >> 1, MAX_FACTS);
    let at = REQUEST_SIZE + (headerCount + factCount) * REQUEST_HEADER_SIZE;
    let bodyRoom = REQUEST_MAX_RECORD_BYTES - at;
    bodyRoom -= method.length + uri.length + version.length + sourceIp.length;
    for (let i = 0; i < headerCount * 2; i++) bodyRoom -= headers[i]!.length;
    for (let i = 0; i < factCount * 2; i++) bodyRoom -= facts[i]!.length;
    if (bodyRoom < 0) return 0;

    const bodyLength = Math.min(body?.length ?? 0, REQUEST_MAX_BODY_BYTES, bodyRoom);
    const isCut =
      bodyLength < (body?.length ?? 0) ||
      headerCount * 2 < headers.length ||
      factCount * 2 < facts.length;
    const words = this.#words;
    words[0] = REQUEST_MAGIC | (REQUEST_FORMAT << 8) | (headerCount << 16);
    words[REQUEST_FLAGS_AT >> 2] = isCut ? REQUEST_IS_TRUNCATED : 0;
    this.#doubles[REQUEST_NOW_MS_AT >> 3] = request.now;
    words[REQUEST_METHOD_LEN_AT >> 2] = method.length;
    words[REQUEST_URI_LEN_AT >> 2] = uri.length;
    words[REQUEST_VERSION_LEN_AT >> 2] = version.length;
    words[REQUEST_IP_LEN_AT >> 2] = sourceIp.length;
    words[REQUEST_BODY_LEN_AT >> 2] = bodyLength;
    words[REQUEST_FACT_COUNT_AT >> 2] = factCount;
    at = this.#text(method, at);
    at = this.#text(uri, at);
    at = this.#text(version, at);
    at = this.#text(sourceIp, at);
    at = this.#pairs(headers, 0, headerCount, at);
    at = this.#pairs(facts, headerCount, factCount, at);
    if (body !== null && bodyLength > 0) this.#body(body, bodyLength, at);
    return at + bodyLength;
  }

  /** Writes `count` names and values to `start`, and their lengths from entry `first` on. */
  #pairs(pairs: readonly string[], first: number, count: number, start: number): number {
    let at = start;
    for (let i = 0; i < count; i++) {
      const entry = REQUEST_SIZE + (first + i) * REQUEST_HEADER_SIZE;
      const name = pairs[i * 2]!;
      const value = pairs[i * 2 + 1]!;
      this.#words[(entry + REQUEST_HEADER_NAME_LEN_AT) >> 2] = name.length;
      this.#words[(entry + REQUEST_HEADER_VALUE_LEN_AT) >> 2] = value.length;
      at = this.#text(value, this.#text(name, at));
    }
    return at;
  }

  #text(text: string, at: number): number {
    const { length } = text;
    if (length > SHORT_TEXT) this.#bytes.latin1Write(text, at);
    else for (let i = 0; i < length; i++) this.#bytes[at + i] = text.charCodeAt(i);
    return at + length;
  }

  #body(body: Uint8Array, length: number, at: number): void {
    if (length === body.length) this.#bytes.set(body, at);
    else this.#bytes.set(body.subarray(0, length), at);
  }
}
