import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../config/limits.ts';
import { FLEET_ERRORS } from '../fleet/error-codes.ts';
import { FleetError } from '../fleet/fleet-error.ts';
import { PIPELINE_ERRORS, type PipelineErrorCode } from '../pipeline/error-codes.ts';
import { PipelineError, type PipelineErrorKind } from '../pipeline/pipeline-error.ts';
import type { Diagnostic } from '../rules/diagnostic.ts';
import { ApiError } from './api-error.ts';
import type { OrchestratorErrorCode } from './error-codes.ts';
import './route-config.ts';

/** Body of every answer that is not a success. */
export interface ErrorBody {
  readonly error: string;
  /** Stable; listed in docs/errors.md. */
  readonly code: string;
  readonly hint?: string;
  readonly diagnostics?: readonly Diagnostic[];
}

interface Answer extends ErrorBody {
  readonly status: number;
}

/** One place that turns whatever was thrown into a status and `{error, code, hint?, diagnostics?}`. */
export function answerError(
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { status, ...body } = answerTo(error, request);
  // 501 is an answer, not a fault.
  if (status >= 500 && status !== 501)
    request.log.error({ err: error, code: body.code }, 'request failed');
  const { reportsSuccess = false } = request.routeOptions.config;
  return reply.code(status).send(reportsSuccess ? { success: false, ...body } : body);
}

function answerTo(error: Error, request: FastifyRequest): Answer {
  if (error instanceof ApiError) {
    return { status: error.status, error: error.message, code: error.code, hint: error.hint };
  }
  if (error instanceof FleetError) return fleetAnswer(error);
  if (error instanceof PipelineError) {
    return pipelineAnswer(error);
  }
  return frameworkAnswer(error as FastifyError, request);
}

const STATUS_BY_KIND: Readonly<Record<PipelineErrorKind, number>> = {
  invalid: 422,
  unknown: 404,
  conflict: 409,
  busy: 503,
  unavailable: 503,
  timeout: 504,
};

function pipelineAnswer({ kind, message, code }: PipelineError): Answer {
  // Codes of other rooms pass through the pipeline.
  const hint = Object.hasOwn(PIPELINE_ERRORS, code)
    ? PIPELINE_ERRORS[code as PipelineErrorCode]
    : undefined;
  const answer = { status: STATUS_BY_KIND[kind], error: message, code };
  return hint === undefined ? answer : { ...answer, hint };
}

function fleetAnswer({ code, message }: FleetError): Answer {
  const status = code === 'WAF_ERR_FLEET_DOCUMENT_TOO_LARGE' ? 413 : 503;
  return { status, error: message, code, hint: FLEET_ERRORS[code] };
}

function frameworkAnswer(error: FastifyError, request: FastifyRequest): Answer {
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_INVALID_MULTIPART_CONTENT_TYPE':
      return mediaType(request);
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return plain(400, 'WAF_ERR_API_BODY_SYNTAX', error.message, 'Send valid JSON.');
    case 'FST_ERR_VALIDATION':
      return schemaAnswer(error);
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return plain(
        413,
        'WAF_ERR_API_BODY_TOO_LARGE',
        `body is larger than ${LIMITS.batch.max_body_bytes} bytes`,
        'Send the rules in several requests.',
      );
    case 'FST_REQ_FILE_TOO_LARGE':
      return plain(
        413,
        'WAF_ERR_API_UPLOAD_TOO_LARGE',
        `Invalid WASM module: larger than ${LIMITS.upload.max_bytes} bytes`,
        'Send a smaller module; advice is to stay below 500 KB.',
      );
    case 'FST_FILES_LIMIT':
    case 'FST_FIELDS_LIMIT':
    case 'FST_PARTS_LIMIT':
      return plain(413, 'WAF_ERR_API_UPLOAD', 'one file a request', 'Send each module by itself.');
    default:
      return fallback(error);
  }
}

/** Bodies and queries that a route's own schema refuses, every fault with its pointer. */
function schemaAnswer({ validation = [], validationContext = 'body' }: FastifyError): Answer {
  const diagnostics = validation.map((fault) => ({
    code: 'WAF_ERR_API_BODY_INVALID',
    pointer: fault.instancePath,
    message: `${validationContext}${fault.instancePath} ${fault.message}${detailOf(fault.params)}`,
    hint: 'GET /api/v1/openapi.json has the schema of every endpoint.',
  }));
  return {
    status: 400,
    error: diagnostics.map((fault) => fault.message).join('; '),
    code: 'WAF_ERR_API_BODY_INVALID',
    diagnostics,
  };
}

/** ajv's messages leave out which key was too much and which values are allowed. */
function detailOf({ additionalProperty, allowedValues }: Record<string, unknown>): string {
  if (additionalProperty !== undefined) return `: "${additionalProperty}"`;
  return Array.isArray(allowedValues) ? `: ${allowedValues.join(', ')}` : '';
}

function mediaType(request: FastifyRequest): Answer {
  const wanted = request.routeOptions.config.mediaType ?? 'application/json';
  const sent = request.headers['content-type'] ?? 'no content type';
  return plain(
    415,
    'WAF_ERR_API_MEDIA_TYPE',
    `${sent} is not supported here`,
    wanted === 'multipart/form-data'
      ? 'Send a form with a file: curl -F file=@module.wasm …'
      : "Send JSON: curl -H 'Content-Type: application/json' …",
  );
}

function fallback(error: FastifyError): Answer {
  const status = error.statusCode ?? 500;
  return status < 500
    ? { status, error: error.message, code: 'WAF_ERR_API_REQUEST' satisfies OrchestratorErrorCode }
    : plain(
        500,
        'WAF_ERR_API_INTERNAL',
        'internal error',
        'The log of the orchestrator says more.',
      );
}

function plain(status: number, code: OrchestratorErrorCode, error: string, hint: string): Answer {
  return { status, error, code, hint };
}
