import type { Socket } from 'node:net';
import type { BodyFailure, BodySink, RequestBody } from './request-body.ts';
import { type BodyFraming, declaresLength, requestHead } from './request-head.ts';
import type { ResponseHead } from './response-head.ts';
import { ResponseParser, type ResponseSink } from './response-parser.ts';
import type { UpstreamCall } from './upstream-call.ts';
import { UpstreamFault } from './upstream-fault.ts';
import { openSocket, type UpstreamAddress } from './upstream-socket.ts';

/** Milliseconds. */
export interface ConnectionLimits {
  readonly connectMs: number;
  /** Silence of the upstream while a request is under way. */
  readonly silenceMs: number;
}

/** Told by a connection to its pool. */
export interface ConnectionOwner {
  /** It may carry another call. */
  onFree(connection: UpstreamConnection): void;
  /** It is closed. */
  onGone(connection: UpstreamConnection): void;
}

/** Idle time where the upstream does not say how long it keeps a connection. */
const IDLE_MS = 4_000;
/** Subtracted from what it says: our next request must arrive before it closes. */
const IDLE_SLACK_MS = 1_000;
const LONGEST_IDLE_MS = 600_000;
/** A body up to this size is sent in one piece with the head: one copy costs less than two buffers. */
const ONE_PIECE_BYTES = 8_192;

const EXPECTS_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** One connection to the upstream, with at most one call under way. */
export class UpstreamConnection implements ResponseSink, BodySink {
  readonly #owner: ConnectionOwner;
  readonly #limits: ConnectionLimits;
  readonly #socket: Socket;
  #call: UpstreamCall | null = null;
  #parser: ResponseParser | null = null;
  #head: ResponseHead | null = null;
  /** The body that is still being sent. */
  #upload: RequestBody | null = null;
  #uploadInChunks = false;
  #connected = false;
  #paused = false;
  #gone = false;
  /** Milliseconds since the last sign of life, as `tick` counts them. */
  #quietMs = 0;
  #idleMs = IDLE_MS;

  constructor(address: UpstreamAddress, limits: ConnectionLimits, owner: ConnectionOwner) {
    this.#limits = limits;
    this.#owner = owner;
    this.#socket = openSocket(address, this.#onBytes);
    this.#socket.on(address.tls ? 'secureConnect' : 'connect', () => {
      this.#connected = true;
      this.#quietMs = 0;
    });
    this.#socket.on('drain', () => this.#upload?.resume());
    this.#socket.on('end', () => this.#onClose(null));
    this.#socket.on('error', (error) => this.#onClose(error));
    this.#socket.on('close', () => this.#onClose(null));
  }

  /** Begins a call. The connection must be new or free. */
  send(call: UpstreamCall): void {
    const { request } = call;
    const { method, headers, body } = request;
    call.connection = this;
    this.#call = call;
    this.#parser = new ResponseParser(method, this);
    this.#head = null;
    this.#quietMs = 0;
    const declared = declaresLength(headers);
    if (body === null) {
      const framing = !declared && EXPECTS_BODY.has(method) ? 0 : 'as declared';
      this.#socket.write(requestHead(request, framing), 'latin1');
    } else if (Buffer.isBuffer(body)) {
      this.#sendWhole(requestHead(request, declared ? 'as declared' : body.length), body);
    } else {
      const framing: BodyFraming = declared ? 'as declared' : 'chunked';
      this.#uploadInChunks = framing === 'chunked';
      this.#socket.write(requestHead(request, framing), 'latin1');
      this.#upload = body;
      body.flow(this);
    }
  }

  /** Drops the call and the connection; the handler hears nothing further. */
  cancel(): void {
    this.#drop();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#quietMs = 0;
    this.#socket.resume();
  }

  /** Time has passed: gives up what has been silent for too long. */
  tick(ms: number): void {
    // It is not the upstream that is slow while we wait for a client.
    const waitsForClient = this.#upload !== null && !this.#socket.writableNeedDrain;
    if (this.#paused || (this.#connected && waitsForClient)) return;
    this.#quietMs += ms;
    if (this.#call === null) {
      if (this.#quietMs > this.#idleMs) this.#drop();
    } else if (!this.#connected) {
      if (this.#quietMs > this.#limits.connectMs) {
        this.#fail(new UpstreamFault('UPSTREAM_CONNECT_TIMEOUT', 'connecting took too long'));
      }
    } else if (this.#quietMs > this.#limits.silenceMs) {
      this.#fail(new UpstreamFault('UPSTREAM_TIMEOUT', 'the upstream is silent'));
    }
  }

  destroy(): void {
    this.#fail(new UpstreamFault('UPSTREAM_DESTROYED', 'the node is stopping'));
  }

  onHead(head: ResponseHead, more: boolean): void {
    this.#head = head;
    this.#call?.handler.onHead(head, more);
  }

  onData(data: Buffer): void {
    if (this.#call !== null && !this.#call.handler.onData(data)) this.#paused = true;
  }

  onEnd(last: Buffer | null, clean: boolean): void {
    const call = this.#call;
    if (call === null) return;
    const { keepAlive, idleMs } = this.#head!;
    const reusable = clean && keepAlive && this.#upload === null;
    this.#release();
    try {
      call.handler.onEnd(last);
    } finally {
      if (reusable) this.#free(idleMs);
      else this.#drop();
    }
  }

  write(chunk: Buffer): boolean {
    this.#quietMs = 0;
    if (!this.#uploadInChunks) return this.#socket.write(chunk);
    this.#socket.cork();
    this.#socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
    this.#socket.write(chunk);
    const wantsMore = this.#socket.write('\r\n', 'latin1');
    this.#socket.uncork();
    return wantsMore;
  }

  end(): void {
    this.#upload = null;
    this.#quietMs = 0;
    if (this.#uploadInChunks) this.#socket.write('0\r\n\r\n', 'latin1');
  }

  fail(failure: BodyFailure): void {
    this.#fail(failure);
  }

  #sendWhole(head: string, body: Buffer): void {
    if (body.length <= ONE_PIECE_BYTES) {
      this.#socket.write(head + body.toString('latin1'), 'latin1');
      return;
    }
    this.#socket.cork();
    this.#socket.write(head, 'latin1');
    this.#socket.write(body);
    this.#socket.uncork();
  }

  readonly #onBytes = (bytes: Buffer): boolean => {
    if (this.#parser === null) {
      // Nothing was asked: whatever this is, it must not become the answer to the next request.
      this.#drop();
      return false;
    }
    this.#quietMs = 0;
    try {
      this.#parser.execute(bytes);
    } catch (error) {
      this.#fail(error as Error);
    }
    return !this.#paused;
  };

  #onClose(error: Error | null): void {
    if (error === null) this.#parser?.end();
    this.#fail(error ?? new UpstreamFault('UPSTREAM_CLOSED', 'the upstream closed the connection'));
  }

  #free(idleMs: number | null): void {
    if (this.#gone) return;
    const told = idleMs === null ? IDLE_MS : idleMs - IDLE_SLACK_MS;
    this.#idleMs = Math.min(told, LONGEST_IDLE_MS);
    if (this.#idleMs > 0) this.#owner.onFree(this);
    else this.#drop();
  }

  #fail(error: Error): void {
    const call = this.#call;
    const begun = this.#head !== null;
    this.#drop();
    call?.handler.onError(error, begun);
  }

  /** The call has ended, one way or the other. */
  #release(): void {
    if (this.#call !== null) this.#call.connection = null;
    this.#call = null;
    this.#parser = null;
    this.#upload?.stop();
    this.#upload = null;
    this.#quietMs = 0;
    if (this.#paused) this.resume();
  }

  #drop(): void {
    this.#release();
    if (this.#gone) return;
    this.#gone = true;
    this.#socket.destroy();
    this.#owner.onGone(this);
  }
}
