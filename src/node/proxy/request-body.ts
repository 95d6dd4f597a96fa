import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

export type BodyFailureKind = 'too_large' | 'timeout' | 'aborted';

/** The client did not deliver a body that can be used. */
export class BodyFailure extends Error {
  readonly kind: BodyFailureKind;

  constructor(kind: BodyFailureKind) {
    super(`request body: ${kind}`);
    this.name = 'BodyFailure';
    this.kind = kind;
  }
}

export interface BodyLimits {
  /** Bytes after which the body fails with `too_large`; 0: none. */
  readonly maxBytes: number;
  /** Milliseconds without a byte, while we are reading, after which it fails with `timeout`. */
  readonly idleMs: number;
}

/**
 * A request body that is read in two steps: `head()` buffers the first bytes for inspection; after that
 * the stream delivers those same bytes and then the rest as it comes, at the reader's pace.
 */
export class RequestBody extends Readable {
  readonly #request: IncomingMessage;
  readonly #limits: BodyLimits;
  readonly #idle: NodeJS.Timeout;
  #head: Buffer[] = [];
  #received = 0;
  #wanted = 0;
  #complete = false;
  #settleHead: ((failure: BodyFailure | null) => void) | null = null;

  constructor(request: IncomingMessage, limits: BodyLimits) {
    super();
    // A failure may come while nobody reads, e.g. when the client leaves during the judgement.
    this.on('error', () => {});
    this.#request = request;
    this.#limits = limits;
    this.#idle = setTimeout(() => this.#fail('timeout'), limits.idleMs);
    request.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
  }

  /** Whether the head is the whole body. */
  get complete(): boolean {
    return this.#complete;
  }

  /**
   * Buffers until `bytes` bytes or the end have come, whichever is first. Call once, before anything is
   * read. Rejects with `BodyFailure`.
   */
  head(bytes: number): Promise<Buffer> {
    this.#wanted = bytes;
    return new Promise((resolve, reject) => {
      this.#settleHead = (failure) => {
        this.#settleHead = null;
        if (failure !== null) reject(failure);
        else resolve(this.#head.length === 1 ? this.#head[0]! : Buffer.concat(this.#head));
      };
    });
  }

  override _read(): void {
    if (this.#head.length > 0) {
      const head = this.#head;
      this.#head = [];
      for (const chunk of head) this.push(chunk);
    }
    if (this.#complete) this.push(null);
    else this.#resume();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#detach();
    callback(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#idle.refresh();
    this.#received += chunk.length;
    if (this.#limits.maxBytes > 0 && this.#received > this.#limits.maxBytes) {
      this.#fail('too_large');
    } else if (this.#settleHead === null) {
      if (!this.push(chunk)) this.#pause();
    } else {
      this.#head.push(chunk);
      if (this.#received < this.#wanted) return;
      this.#pause();
      this.#settleHead(null);
    }
  };

  readonly #onEnd = (): void => {
    this.#complete = true;
    this.#detach();
    if (this.#settleHead !== null) this.#settleHead(null);
    else this.push(null);
  };

  readonly #onClose = (): void => {
    if (!this.#complete) this.#fail('aborted');
  };

  #fail(kind: BodyFailureKind): void {
    this.#detach();
    const failure = new BodyFailure(kind);
    if (this.#settleHead !== null) this.#settleHead(failure);
    else this.destroy(failure);
  }

  #pause(): void {
    clearTimeout(this.#idle);
    this.#request.pause();
  }

  #resume(): void {
    if (!this.#request.isPaused()) return;
    this.#idle.refresh();
    this.#request.resume();
  }

  #detach(): void {
    clearTimeout(this.#idle);
    this.#request.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
  }
}
