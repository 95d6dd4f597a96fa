import type { ResponseHead } from './response-head.ts';

/** The beginning of a response that waits for its judgement. */
export class HeldResponse {
  readonly head: ResponseHead;
  readonly #wanted: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  /** `wanted`: bytes of the body that are enough. */
  constructor(head: ResponseHead, wanted: number) {
    this.head = head;
    this.#wanted = wanted;
  }

  /** Copies `data`. Returns true when enough has come. */
  add(data: Buffer): boolean {
    this.#chunks.push(Buffer.from(data));
    this.#bytes += data.length;
    return this.#bytes >= this.#wanted;
  }

  /** All that was held. */
  body(): Buffer {
    return this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
  }
}
