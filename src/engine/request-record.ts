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
  REQUEST_IS_HAS_RESPONSE,
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
  RESPONSE_BODY_LEN_AT,
  RESPONSE_HEADER_COUNT_AT,
  RESPONSE_SIZE,
  RESPONSE_STATUS_AT,
} from '../config/layout.gen.ts';
import type { InspectionRequest, InspectionResponse } from './verdict.ts';

/** `Buffer#latin1Write`, which Node has and its types do not declare. */
type Latin1Buffer = Buffer & { latin1Write(text: string, at: number): number };

const NO_FACTS: readonly string[] = [];

/**
 * Writes requests as flat records (drawn in assembly/DESIGN.md) to the beginning of a memory. All text
 * is put together first and written at once, one byte per character: one call out of JavaScript costs
 * less than a loop over the characters, and far less than a call per piece.
 */
export class RequestRecord {
  readonly #bytes: Latin1Buffer;
  readonly #words: Uint32Array;
  readonly #doubles: Float64Array;
  readonly #view: DataView;

  constructor(memory: ArrayBuffer) {
    this.#bytes = Buffer.from(memory, 0, REQUEST_MAX_RECORD_BYTES) as Latin1Buffer;
    this.#words = new Uint32Array(memory, 0, REQUEST_MAX_RECORD_BYTES / 4);
    this.#doubles = new Float64Array(memory, 0, REQUEST_MAX_RECORD_BYTES / 8);
    this.#view = new DataView(memory, 0, REQUEST_MAX_RECORD_BYTES);
  }

  /**
   * Returns the length of the record; 0 when the request, and the head of its response, are too large even
   * without a body. What does not fit of a body, and headers and facts above the limits, are left out and
   * the record says so. The body of a request whose response is judged is not written.
   */
  write(request: InspectionRequest): number {
    const { response } = request;
    if (response === undefined) return this.#request(request, request.body);
    const at = this.#request(request, null);
    return at === 0 ? 0 : this.#response(response, at);
  }

  #request(request: InspectionRequest, body: Uint8Array | null): number {
    const { method, uri, version, sourceIp, headers, facts = NO_FACTS } = request;
    const headerCount = Math.min(headers.length >> 1, REQUEST_MAX_HEADERS);
    const factCount = Math.min(facts.length >> 1, MAX_FACTS);
    const textAt = REQUEST_SIZE + (headerCount + factCount) * REQUEST_HEADER_SIZE;
    let text = method + uri + version + sourceIp;
    text = this.#pairs(text, headers, 0, headerCount);
    text = this.#pairs(text, facts, headerCount, factCount);
    const bodyAt = textAt + text.length;
    const bodyRoom = REQUEST_MAX_RECORD_BYTES - bodyAt;
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
    this.#bytes.latin1Write(text, textAt);
    if (body !== null && bodyLength > 0) this.#body(body, bodyLength, bodyAt);
    return bodyAt + bodyLength;
  }

  /** Writes the lengths of `count` names and values from entry `first` on; returns `start` and them. */
  #pairs(start: string, pairs: readonly string[], first: number, count: number): string {
    const words = this.#words;
    let text = start;
    let entry = (REQUEST_SIZE + first * REQUEST_HEADER_SIZE) >> 2;
    for (let i = 0; i < count * 2; i += 2) {
      const name = pairs[i]!;
      const value = pairs[i + 1]!;
      words[entry + (REQUEST_HEADER_NAME_LEN_AT >> 2)] = name.length;
      words[entry + (REQUEST_HEADER_VALUE_LEN_AT >> 2)] = value.length;
      entry += REQUEST_HEADER_SIZE >> 2;
      text += name;
      text += value;
    }
    return text;
  }

  /** Writes the part behind the body of the request, where numbers may lie anywhere. */
  #response({ status, headers, body }: InspectionResponse, at: number): number {
    const view = this.#view;
    const headerCount = Math.min(headers.length >> 1, REQUEST_MAX_HEADERS);
    const textAt = at + RESPONSE_SIZE + headerCount * REQUEST_HEADER_SIZE;
    if (textAt > REQUEST_MAX_RECORD_BYTES) return 0;
    let text = '';
    let entry = at + RESPONSE_SIZE;
    for (let i = 0; i < headerCount * 2; i += 2) {
      const name = headers[i]!;
      const value = headers[i + 1]!;
      view.setUint32(entry + REQUEST_HEADER_NAME_LEN_AT, name.length, true);
      view.setUint32(entry + REQUEST_HEADER_VALUE_LEN_AT, value.length, true);
      entry += REQUEST_HEADER_SIZE;
      text += name + value;
    }
    const bodyAt = textAt + text.length;
    const room = REQUEST_MAX_RECORD_BYTES - bodyAt;
    if (room < 0) return 0;

    const bodyLength = Math.min(body?.length ?? 0, REQUEST_MAX_BODY_BYTES, room);
    const isCut = bodyLength < (body?.length ?? 0) || headerCount * 2 < headers.length;
    this.#words[REQUEST_FLAGS_AT >> 2]! |=
      REQUEST_IS_HAS_RESPONSE | (isCut ? REQUEST_IS_TRUNCATED : 0);
    view.setUint32(at + RESPONSE_STATUS_AT, status, true);
    view.setUint32(at + RESPONSE_HEADER_COUNT_AT, headerCount, true);
    view.setUint32(at + RESPONSE_BODY_LEN_AT, bodyLength, true);
    this.#bytes.latin1Write(text, textAt);
    if (body !== null && bodyLength > 0) this.#body(body, bodyLength, bodyAt);
    return bodyAt + bodyLength;
  }

  #body(body: Uint8Array, length: number, at: number): void {
    if (length === body.length) this.#bytes.set(body, at);
    else this.#bytes.set(body.subarray(0, length), at);
  }
}
