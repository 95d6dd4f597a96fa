import type { IncomingMessage } from 'node:http';

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

/** Where a body goes after its head was looked at. Ends with `end` or `fail`, once. */
export interface BodySink {
  /** Returns false when it wants no more until it calls `resume` of the body. */
  write(chunk: Buffer): boolean;
  end(): void;
  fail(failure: BodyFailure): void;
}

type HeadListener = (failure: BodyFailure | null, head: Buffer) => void;

const NOTHING = Buffer.alloc(0);

/**
 * A request body that is read in two steps: `head()` buffers the first bytes for inspection; after that
 * `flow()` delivers those same bytes and then the rest as it comes, at the reader's pace.
 */
export class RequestBody {
  readonly #request: IncomingMessage;
  readonly #limits: BodyLimits;
  readonly #idle: NodeJS.Timeout;
  #held: Buffer[] = [];
  #received = 0;
  #wanted = 0;
  #complete = false;
  #failure: BodyFailure | null = null;
  #onHead: HeadListener | null = null;
  #sink: BodySink | null = null;

  constructor(request: IncomingMessage, limits: BodyLimits) {
    this.#request = request;
    this.#limits = limits;
    this.#idle = setTimeout(() => this.#fail('timeout'), limits.idleMs);
    request.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
  }

  /** Whether the head is the whole body. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Buffers until `bytes` bytes or the end have come, whichever is first. Call once, before `flow`. */
  head(bytes: number, listener: HeadListener): void {
    this.#wanted = bytes;
    this.#onHead = listener;
  }

  /** Call once, after `head`. A failure that came meanwhile is told at once. */
  flow(sink: BodySink): void {
    this.#sink = sink;
    if (this.#failure !== null) {
      sink.fail(this.#failure);
      return;
    }
    let wantsMore = true;
    for (const chunk of this.#held.splice(0)) wantsMore = sink.write(chunk);
    if (this.#complete) sink.end();
    else if (wantsMore) this.resume();
  }

  /** Goes on after the sink wanted no more. */
  resume(): void {
    if (this.#complete || !this.#request.isPaused()) return;
    this.#idle.refresh();
    this.#request.resume();
  }

  /** Nobody wants the rest; the request itself is left as it is. */
  stop(): void {
    this.#sink = null;
    this.#detach();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#idle.refresh();
    this.#received += chunk.length;
    if (this.#limits.maxBytes > 0 && this.#received > this.#limits.maxBytes) {
      this.#fail('too_large');
    } else if (this.#sink !== null) {
      if (!this.#sink.write(chunk)) this.#pause();
    } else {
      this.#held.push(chunk);
      if (this.#received < this.#wanted) return;
      this.#pause();
      this.#settleHead(null);
    }
  };

  readonly #onEnd = (): void => {
    this.#complete = true;
    this.#detach();
    if (this.#sink !== null) this.#sink.end();
    else this.#settleHead(null);
  };

  readonly #onClose = (): void => {
    if (!this.#complete) this.#fail('aborted');
  };

  #fail(kind: BodyFailureKind): void {
    this.#detach();
    this.#failure = new BodyFailure(kind);
    if (this.#sink !== null) this.#sink.fail(this.#failure);
    else this.#settleHead(this.#failure);
  }

  #settleHead(failure: BodyFailure | null): void {
    const listener = this.#onHead;
    this.#onHead = null;
    const held = this.#held;
    if (held.length > 1) this.#held = [Buffer.concat(held)];
    listener?.(failure, this.#held[0] ?? NOTHING);
  }

  #pause(): void {
    clearTimeout(this.#idle);
    this.#request.pause();
  }

  #detach(): void {
    clearTimeout(this.#idle);
    this.#request.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
  }
}
