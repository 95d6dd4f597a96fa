import type { Diagnostic } from '../rules/diagnostic.ts';
import { CliFailure } from './cli-failure.ts';
import { EXIT_CODE } from './exit-code.ts';

/** The orchestrator's HTTP API as the commands use it. Every refusal is thrown as CliFailure. */
export interface ApiClient {
  get<T>(path: string): Promise<T>;
  /** `body`: JSON text as it was read, or a value. */
  send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: string | object): Promise<T>;
}

interface ErrorBody {
  readonly error?: string;
  readonly code?: string;
  readonly hint?: string;
  readonly diagnostics?: readonly Diagnostic[];
}

export function createApiClient(url: string, key: string): ApiClient {
  const base = url.replace(/\/+$/, '');

  async function request<T>(method: string, path: string, body?: string | object): Promise<T> {
    const response = await reach(base, path, {
      method,
      headers: {
        ...(key === '' ? {} : { 'x-secbeat-api-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const answer = parseAnswer(await response.text(), base);
    if (response.ok) return answer as T;
    throw refusal(response.status, answer as ErrorBody);
  }

  return {
    get: (path) => request('GET', path),
    send: (method, path, body) => request(method, path, body),
  };
}

async function reach(base: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(base + path, init);
  } catch (cause) {
    throw new CliFailure(EXIT_CODE.unreachable, `cannot reach the orchestrator at ${base}`, {
      hint: `${reasonOf(cause)}. Is it running (npm start)? Else say where: --url or SECBEAT_URL.`,
      cause,
    });
  }
}

/** fetch says only "fetch failed"; what happened is in the cause. */
function reasonOf(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  const { code, message } = cause as { code?: string; message?: string };
  return code ?? message ?? 'no answer';
}

function parseAnswer(text: string, base: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliFailure(EXIT_CODE.unreachable, `${base} does not answer like an orchestrator`, {
      hint: 'Check --url or SECBEAT_URL.',
      cause,
    });
  }
}

function refusal(status: number, { error, code, hint, diagnostics }: ErrorBody): CliFailure {
  return new CliFailure(EXIT_CODE.refused, error ?? `the orchestrator answered ${status}`, {
    code,
    hint,
    diagnostics,
  });
}
