import type { RuleDocument } from '../candidate.ts';
import { GeneratorError } from '../generator-error.ts';
import type { BookRule, DoorAnswer, RuleDoor } from '../lifecycle/ports.ts';

export interface RuleDoorOptions {
  /** Base URL of the orchestrator. */
  readonly url: string;
  readonly key: string;
  readonly timeoutMs?: number;
}

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 10_000;

/** The rule API of an orchestrator as the generator uses it. */
export function createHttpRuleDoor({
  url,
  key,
  timeoutMs = TIMEOUT_MS,
}: RuleDoorOptions): RuleDoor {
  const base = url.replace(/\/+$/, '');

  async function call(method: string, path: string, body?: object): Promise<Reply> {
    try {
      const response = await fetch(base + path, {
        method,
        headers: {
          'x-secbeat-api-key': key,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: response.status, body: (await response.json()) as Reply['body'] };
    } catch (error) {
      return { status: 0, body: { error: (error as Error).message } };
    }
  }
  const change = async (method: string, path: string, body?: object) =>
    asAnswer(await call(method, path, body));

  return {
    async list() {
      const { status, body } = await call('GET', '/api/v1/rules?source=dynamic');
      if (status === 200 && Array.isArray(body.rules)) return body.rules.map(asBookRule);
      throw new GeneratorError(
        'WAF_ERR_GENERATOR_DOOR',
        `cannot list rules at ${base}: ${status} ${String(body.error ?? '')}`,
      );
    },
    add: (rule) => change('POST', '/api/v1/rules', rule),
    replace: (rule) => change('PUT', pathOf(rule.id), rule),
    remove: (id) => change('DELETE', pathOf(id)),
  };
}

function pathOf(id: RuleDocument['id']): string {
  return `/api/v1/rules/${encodeURIComponent(id)}`;
}

function asAnswer({ status, body }: Reply): DoorAnswer {
  if (status === 202) return { ok: true, pending: (body.pending as unknown[])?.length > 0 };
  return { ok: false, status, reason: String(body.error ?? 'no answer').slice(0, 500) };
}

function asBookRule(listed: Readonly<Record<string, unknown>>): BookRule {
  const { id, state, mode, reason, actor, expires_at } = listed;
  const until = typeof expires_at === 'string' ? Date.parse(expires_at) : null;
  return {
    id: String(id),
    state: state as BookRule['state'],
    mode: mode as BookRule['mode'],
    ...(typeof reason === 'string' ? { reason } : {}),
    actor: String(actor),
    expiresAt: until,
  };
}
