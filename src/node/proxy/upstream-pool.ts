import { UpstreamCall, type UpstreamHandler, type UpstreamRequest } from './upstream-call.ts';
import { type ConnectionLimits, UpstreamConnection } from './upstream-connection.ts';
import { UpstreamFault } from './upstream-fault.ts';
import type { UpstreamAddress } from './upstream-socket.ts';

export interface UpstreamPoolOptions extends ConnectionLimits {
  readonly address: UpstreamAddress;
  /** Most connections at a time; further calls wait their turn. */
  readonly connections: number;
}

const SHORTEST_TICK_MS = 10;
const LONGEST_TICK_MS = 500;

/**
 * Keep-alive connections to the upstream, one call each at a time. The one used last is taken first, so
 * that the others may grow old and be closed. One timer looks after all of them: a limit strikes at most
 * a tick late and never early.
 */
export class UpstreamPool {
  readonly #options: UpstreamPoolOptions;
  readonly #connections = new Set<UpstreamConnection>();
  readonly #free: UpstreamConnection[] = [];
  /** Calls without a connection, oldest first. */
  readonly #waiting = new Set<UpstreamCall>();
  readonly #tickMs: number;
  #timer: NodeJS.Timeout | null = null;
  #destroyed = false;

  /** Connects nothing yet; the first call does. */
  constructor(options: UpstreamPoolOptions) {
    this.#options = options;
    const quarter = Math.min(options.connectMs, options.silenceMs) / 4;
    this.#tickMs = Math.max(SHORTEST_TICK_MS, Math.min(LONGEST_TICK_MS, quarter));
  }

  dispatch(request: UpstreamRequest, handler: UpstreamHandler): UpstreamCall {
    const call = new UpstreamCall(request, handler);
    const connection = this.#free.pop() ?? this.#open();
    if (connection !== null) connection.send(call);
    else if (this.#destroyed) handler.onError(stopping(), false);
    else this.#waiting.add(call);
    return call;
  }

  /** Ends everything under way; its handlers are told. */
  destroy(): void {
    this.#destroyed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    for (const call of this.#waiting) this.#giveUp(call, stopping());
    for (const connection of [...this.#connections]) connection.destroy();
  }

  #open(): UpstreamConnection | null {
    if (this.#destroyed || this.#connections.size >= this.#options.connections) return null;
    const connection = new UpstreamConnection(this.#options.address, this.#options, this);
    this.#connections.add(connection);
    if (this.#timer === null) this.#timer = setInterval(() => this.#tick(), this.#tickMs).unref();
    return connection;
  }

  onFree(connection: UpstreamConnection): void {
    const next = this.#next();
    if (next === null) this.#free.push(connection);
    else connection.send(next);
  }

  onGone(connection: UpstreamConnection): void {
    this.#connections.delete(connection);
    const at = this.#free.indexOf(connection);
    if (at !== -1) this.#free.splice(at, 1);
    const next = this.#next();
    if (next === null) return;
    const fresh = this.#open();
    if (fresh !== null) fresh.send(next);
    else this.#giveUp(next, stopping());
  }

  /** Takes the call that has waited for longest. */
  #next(): UpstreamCall | null {
    for (const call of this.#waiting) {
      this.#waiting.delete(call);
      if (!call.cancelled) return call;
    }
    return null;
  }

  #tick(): void {
    for (const connection of [...this.#connections]) connection.tick(this.#tickMs);
    for (const call of this.#waiting) {
      call.waitedMs += this.#tickMs;
      if (call.cancelled) this.#waiting.delete(call);
      else if (call.waitedMs > this.#options.silenceMs) {
        this.#giveUp(call, new UpstreamFault('UPSTREAM_TIMEOUT', 'no connection became free'));
      }
    }
    if (this.#connections.size > 0 || this.#waiting.size > 0) return;
    clearInterval(this.#timer!);
    this.#timer = null;
  }

  #giveUp(call: UpstreamCall, error: UpstreamFault): void {
    this.#waiting.delete(call);
    if (!call.cancelled) call.handler.onError(error, false);
  }
}

function stopping(): UpstreamFault {
  return new UpstreamFault('UPSTREAM_DESTROYED', 'the node is stopping');
}
