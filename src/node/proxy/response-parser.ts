import { ChunkDecoder } from './chunk-decoder.ts';
import { CHUNKED, parseResponseHead, type ResponseHead, UNTIL_CLOSE } from './response-head.ts';
import { UpstreamFault } from './upstream-fault.ts';

/** What a response is told to, piece by piece. Buffers are views: copy what is kept. */
export interface ResponseSink {
  /** Once. `more`: bytes behind the head have come with it. */
  onHead(head: ResponseHead, more: boolean): void;
  onData(data: Buffer): void;
  /** Once. `last`: what is left of the body, if anything. `clean`: nothing came after the response. */
  onEnd(last: Buffer | null, clean: boolean): void;
}

/** Response headers an upstream may send; larger ones are a 502. */
const MAX_HEAD_BYTES = 65_536;
/** Informational responses before the final one. */
const MAX_INFORMATIONAL = 16;
const NOTHING = Buffer.alloc(0);
const DONE = -3;

/**
 * Reads the final response to one request out of bytes that come in pieces of any size. Informational
 * responses are skipped: 100 is ours to give, 103 is only a hint.
 */
export class ResponseParser {
  readonly #method: string;
  readonly #sink: ResponseSink;
  /** The beginning of a head whose end has not come yet. */
  #pending: Buffer = NOTHING;
  #head: ResponseHead | null = null;
  #informational = 0;
  #left = 0;
  #chunks: ChunkDecoder | null = null;

  constructor(method: string, sink: ResponseSink) {
    this.#method = method;
    this.#sink = sink;
  }

  /** Throws `UpstreamFault`. */
  execute(bytes: Buffer): void {
    const body = this.#head === null ? this.#readHead(bytes) : bytes;
    if (body !== null && body.length > 0 && this.#left !== DONE) this.#readBody(body);
  }

  /** The connection has ended, which is the end of a response that has no other. */
  end(): void {
    if (this.#left === UNTIL_CLOSE) this.#finish(null, false);
  }

  /** What follows the final head, or null when that has not ended yet. */
  #readHead(bytes: Buffer): Buffer | null {
    let rest = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    this.#pending = NOTHING;
    for (;;) {
      const end = rest.indexOf('\r\n\r\n', 0, 'latin1');
      if ((end === -1 ? rest.length : end) > MAX_HEAD_BYTES) tooLarge();
      if (end === -1) {
        this.#pending = Buffer.from(rest);
        return null;
      }
      const head = parseResponseHead(rest.toString('latin1', 0, end + 2), this.#method);
      rest = rest.subarray(end + 4);
      if (head.status >= 200) {
        this.#start(head, rest);
        return rest;
      }
      this.#informational += 1;
      // Nobody asked to switch protocols.
      if (head.status === 101 || this.#informational > MAX_INFORMATIONAL) unexpected();
    }
  }

  #start(head: ResponseHead, rest: Buffer): void {
    this.#head = head;
    this.#left = head.length;
    if (head.length === CHUNKED) this.#chunks = new ChunkDecoder();
    this.#sink.onHead(head, rest.length > 0 || head.length === 0);
    if (head.length === 0) this.#finish(null, rest.length === 0);
  }

  #readBody(bytes: Buffer): void {
    if (this.#left === UNTIL_CLOSE) this.#sink.onData(bytes);
    else if (this.#left === CHUNKED) this.#readChunks(this.#chunks!, bytes);
    else if (bytes.length >= this.#left) {
      const last = bytes.length === this.#left ? bytes : bytes.subarray(0, this.#left);
      this.#finish(last, last === bytes);
    } else {
      this.#left -= bytes.length;
      this.#sink.onData(bytes);
    }
  }

  /** The last piece is held back, so that a body which came in one goes out in one. */
  #readChunks(chunks: ChunkDecoder, bytes: Buffer): void {
    let last: Buffer | null = null;
    const used = chunks.decode(bytes, (data) => {
      if (last !== null) this.#sink.onData(last);
      last = data;
    });
    if (chunks.done) this.#finish(last, used === bytes.length);
    else if (last !== null) this.#sink.onData(last);
  }

  #finish(last: Buffer | null, clean: boolean): void {
    this.#left = DONE;
    this.#sink.onEnd(last, clean);
  }
}

function tooLarge(): never {
  throw new UpstreamFault('UPSTREAM_MALFORMED', 'the head of the upstream’s response is too large');
}

function unexpected(): never {
  throw new UpstreamFault('UPSTREAM_MALFORMED', 'the upstream sent an unexpected 1xx response');
}
