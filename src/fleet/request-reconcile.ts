import type { FleetConnection } from './connection.ts';
import { asFleetError } from './fleet-error.ts';
import { isReconcileAnswer, type ReconcileAnswer } from './shapes/reconcile-answer.ts';
import { tryParse } from './try-parse.ts';

export const MAX_ANSWER_BYTES = 65_536;

/** Asks the node behind `subject` to reconcile. What goes wrong is an answer too: `ok: false` and why. */
export async function requestReconcile(
  connection: FleetConnection,
  subject: string,
  timeoutMs: number,
): Promise<ReconcileAnswer> {
  try {
    const reply = await connection.requests.run('asking the node to reconcile', () =>
      connection.nats.request(subject, undefined, { timeout: timeoutMs }),
    );
    const parsed = tryParse(reply.data, MAX_ANSWER_BYTES, isReconcileAnswer);
    if ('value' in parsed) return parsed.value;
    connection.malformed(subject, parsed.fault);
    return { ok: false, error: `malformed answer: ${parsed.fault}` };
  } catch (error) {
    return { ok: false, error: reason(error, timeoutMs) };
  }
}

function reason(error: unknown, timeoutMs: number): string {
  const { code } = error as { code?: string };
  if (code === '503') return 'the node is not connected to NATS';
  if (code === 'TIMEOUT') return `no answer within ${timeoutMs} ms`;
  return asFleetError(error, 'asking the node to reconcile').message;
}
