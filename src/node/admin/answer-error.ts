import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../../config/limits.ts';
import { AdminError } from './admin-error.ts';
import './route-config.ts';
import { OrchestratorRefusal, type RefusalDiagnostic } from './orchestrator-refusal.ts';

export interface ErrorBody {
  readonly error: string;
  /** Stable; listed in docs/errors.md. */
  readonly code: string;
  readonly hint?: string;
  readonly diagnostics?: readonly RefusalDiagnostic[];
}

/** Turns whatever a route threw into a status and `{success?, error, code, hint?}`. */
export function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { status, ...body } = errorAnswer(error);
  // 501 is an answer, not a fault.
  if (status >= 500 && status !== 501) request.log.error({ err: error }, 'request failed');
  if (error instanceof OrchestratorRefusal && error.retryAfter !== undefined) {
    reply.header('retry-after', error.retryAfter);
  }
  const { reportsSuccess = false } = request.routeOptions.config;
  return reply.code(status).send(reportsSuccess ? { success: false, ...body } : body);
}

/** The status and body for an error, from wherever it came. */
export function errorAnswer(error: Error & { code?: string }): ErrorBody & { status: number } {
  const { code = '', message } = error;
  if (error instanceof AdminError) {
    return { status: error.status, error: message, code: error.code, hint: error.hint };
  }
  if (error instanceof OrchestratorRefusal) {
    const { hint, diagnostics } = error.body;
    return {
      ...{ status: error.status, error: message, code },
      ...(hint === undefined ? {} : { hint }),
      ...(diagnostics === undefined ? {} : { diagnostics }),
    };
  }
  if (code === 'FST_REQ_FILE_TOO_LARGE') {
    const text = `Invalid WASM module: larger than ${LIMITS.upload.max_bytes} bytes`;
    return {
      status: 413,
      error: text,
      code: 'WAF_ERR_NODE_UPLOAD',
      hint: 'Send a smaller module.',
    };
  }
  if (FORM_LIMITS.has(code)) {
    const hint = 'Send each module in a request of its own.';
    return { status: 413, error: 'one file a request', code: 'WAF_ERR_NODE_UPLOAD', hint };
  }
  if (code.startsWith('WAF_ERR_')) return { status: statusOf(code), error: message, code };
  const status = (error as FastifyError).statusCode ?? 500;
  return status < 500
    ? { status, error: message, code: 'WAF_ERR_NODE_REQUEST' }
    : { status, error: 'internal error', code: 'WAF_ERR_NODE_INTERNAL' };
}

const FORM_LIMITS = new Set(['FST_FILES_LIMIT', 'FST_FIELDS_LIMIT', 'FST_PARTS_LIMIT']);

const STATUS: Readonly<Record<string, number>> = {
  WAF_ERR_ARTIFACT_TOO_LARGE: 413,
  WAF_ERR_ENGINE_UNKNOWN_MODULE: 404,
  WAF_ERR_ENGINE_NO_PREVIOUS_VERSION: 409,
  WAF_ERR_ENGINE_TOO_MANY_MODULES: 409,
  WAF_ERR_NODE_RELOAD_DISABLED: 409,
  WAF_ERR_NODE_INTERNAL: 500,
  WAF_ERR_NODE_WORKER_LOST: 503,
};

/** What is wrong with a module is the sender's; the exceptions stand in the table. */
function statusOf(code: string): number {
  return STATUS[code] ?? 422;
}
