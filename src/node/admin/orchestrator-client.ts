import { Pool } from 'undici';
import type { NodeSettings } from '../../config/settings.ts';
import { AdminError } from './admin-error.ts';
import { OrchestratorRefusal, type RefusalBody } from './orchestrator-refusal.ts';

/** The orchestrator's HTTP API as this node uses it. */
export interface OrchestratorClient {
  /**
   * The JSON of a 2xx answer. Throws OrchestratorRefusal when it says no, and AdminError 502 or 504
   * when it does not answer, answers nonsense, or refuses the key of this node.
   */
  send<T>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    options?: { readonly body?: object; readonly waitMs?: number },
  ): Promise<T>;
  /** Ends what is under way; those calls throw. */
  close(): Promise<void>;
}

/** Milliseconds that an answer may take beyond what the request asked the orchestrator to wait. */
const PATIENCE_MS = 10_000;
const CONNECT_MS = 5_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Connects nothing yet; the first call does. */
export function createOrchestratorClient(
  settings: Pick<NodeSettings, 'orchestrator_url' | 'orchestrator_key'>,
): OrchestratorClient {
  const { origin } = new URL(settings.orchestrator_url);
  const pool = new Pool(origin, {
    connections: 16,
    connect: { timeout: CONNECT_MS },
    maxResponseSize: MAX_ANSWER_BYTES,
  });

  const exchange: OrchestratorClient['send'] = async (method, path, { body, waitMs = 0 } = {}) => {
    const timeout = waitMs + PATIENCE_MS;
    const answer = await pool.request({
      ...{ method, path, headersTimeout: timeout, bodyTimeout: timeout },
      headers: {
        'x-secbeat-api-key': settings.orchestrator_key,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { statusCode, headers } = answer;
    const value = parseObject(await answer.body.text());
    if (value === null || (statusCode >= 300 && statusCode < 400)) throw notLikeOne(origin);
    if (statusCode < 300) return value as never;
    throw refusal(statusCode, value, headers['retry-after']);
  };

  return {
    async send(method, path, options) {
      try {
        return await exchange(method, path, options);
      } catch (error) {
        if (error instanceof OrchestratorRefusal || error instanceof AdminError) throw error;
        throw unreachable(origin, error as Error & { code?: string });
      }
    },
    close: () => pool.destroy(),
  };
}

function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** What a caller of this node cannot mend, its key there included, is a 502 and never a 401. */
function refusal(status: number, body: RefusalBody, retryAfter: unknown): Error {
  if (status === 401 || status === 403) {
    return new AdminError(
      502,
      'WAF_ERR_NODE_ORCHESTRATOR_KEY',
      `the orchestrator refuses the key of this node: ${body.error ?? status}`,
      'Set node.orchestrator_key to a key of the orchestrator with the roles read and rules.',
    );
  }
  const passedOn = status < 500 || status === 503;
  return new OrchestratorRefusal(
    passedOn ? status : 502,
    body,
    typeof retryAfter === 'string' ? retryAfter : undefined,
  );
}

const HINT =
  'Check node.orchestrator_url and whether the orchestrator runs. GET /api/v1/rules there lists what it accepted.';

function notLikeOne(origin: string): AdminError {
  const message = `${origin} does not answer like an orchestrator`;
  return new AdminError(502, 'WAF_ERR_NODE_ORCHESTRATOR', message, HINT);
}

function unreachable(origin: string, { code, message }: Error & { code?: string }): AdminError {
  const late = code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
  const text = `no answer from the orchestrator at ${origin}: ${code ?? message}`;
  return new AdminError(late ? 504 : 502, 'WAF_ERR_NODE_ORCHESTRATOR', text, HINT);
}
