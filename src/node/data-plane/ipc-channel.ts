/** One end of a pipe for JSON messages, as `process` and a cluster worker are. */
export interface IpcPort {
  send(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** Answers calls of the other side. A throw becomes a rejection there, with `message` and `code`. */
export type IpcHandlers = Readonly<Record<string, (argument: never) => unknown>>;

interface Call {
  readonly call: number;
  readonly kind: string;
  readonly argument: unknown;
}

interface Answer {
  readonly answer: number;
  readonly value?: unknown;
  readonly error?: { readonly message: string; readonly code?: string; readonly phases?: unknown };
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Calls with answers in both directions over an IPC pipe. */
export class IpcChannel {
  readonly #port: IpcPort;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;

  constructor(port: IpcPort, handlers: IpcHandlers) {
    this.#port = port;
    port.onMessage((message) => {
      if (isCall(message)) void this.#serve(message, handlers);
      else if (isAnswer(message)) this.#settle(message);
    });
  }

  /** The other side's answer; rejects with its error, or when the channel fails. */
  call<T>(kind: string, argument: unknown = null): Promise<T> {
    this.#calls += 1;
    const call = this.#calls;
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(call, { resolve: resolve as Pending['resolve'], reject });
      try {
        this.#port.send({ call, kind, argument } satisfies Call);
      } catch (error) {
        this.#pending.delete(call);
        reject(error as Error);
      }
    });
  }

  /** Rejects everything that is still waiting: the other side is gone. */
  fail(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  async #serve({ call, kind, argument }: Call, handlers: IpcHandlers): Promise<void> {
    let answer: Answer;
    try {
      const handler = handlers[kind];
      if (handler === undefined) throw new Error(`no handler for ${kind}`);
      answer = { answer: call, value: await handler(argument as never) };
    } catch (error) {
      const { message, code, phases } = error as Error & { code?: string; phases?: unknown };
      answer = {
        answer: call,
        error: { message, ...(code && { code }), ...(phases ? { phases } : {}) },
      };
    }
    try {
      this.#port.send(answer);
    } catch {
      // The asker is gone, and with it the question.
    }
  }

  #settle({ answer, value, error }: Answer): void {
    const pending = this.#pending.get(answer);
    this.#pending.delete(answer);
    if (error === undefined) pending?.resolve(value);
    else pending?.reject(Object.assign(new Error(error.message), error));
  }
}

function isCall(message: unknown): message is Call {
  return typeof (message as Call | null)?.call === 'number';
}

function isAnswer(message: unknown): message is Answer {
  return typeof (message as Answer | null)?.answer === 'number';
}
