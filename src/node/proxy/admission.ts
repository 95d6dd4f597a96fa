import type { IncomingMessage } from 'node:http';
import { LIMITS } from '../../config/limits.ts';
import type { Refusal } from './refusal.ts';

/** A request in the form that is both inspected and forwarded, so that the two cannot differ. */
export interface AdmittedRequest {
  /** Origin form: begins with `/`. */
  readonly uri: string;
  readonly headers: readonly string[];
  readonly host: string;
}

/**
 * Checks what Node's strict parser lets through but a proxy must not: ambiguous framing (the root of
 * request smuggling), several hosts, more headers than the engine looks at, a declared body above the
 * limit. An absolute-form target is rewritten to origin form and its authority becomes Host (RFC 9112
 * 3.2.2).
 */
export function admit(request: IncomingMessage, maxBodyBytes: number): AdmittedRequest | Refusal {
  const raw = request.rawHeaders;
  if (raw.length > LIMITS.request.max_headers * 2) {
    return { status: 431, error: 'too_many_headers' };
  }
  const framing = framingFault(request);
  if (framing !== null) return framing;
  if (occurrences(raw, 'host') > 1) return { status: 400, error: 'several_hosts' };
  const declared = Number(request.headers['content-length'] ?? 0);
  if (maxBodyBytes > 0 && declared > maxBodyBytes) {
    return { status: 413, error: 'body_too_large' };
  }
  const target = request.url ?? '';
  if (target.startsWith('/')) {
    return { uri: target, headers: raw, host: request.headers.host ?? '' };
  }
  return fromAbsoluteForm(target, raw) ?? { status: 400, error: 'target_not_supported' };
}

export function isRefusal(admitted: AdmittedRequest | Refusal): admitted is Refusal {
  return 'status' in admitted;
}

function framingFault(request: IncomingMessage): Refusal | null {
  const { 'transfer-encoding': coding, 'content-length': length } = request.headers;
  if (coding === undefined) return null;
  if (length !== undefined) return { status: 400, error: 'ambiguous_framing' };
  if (request.httpVersionMinor === 0) return { status: 400, error: 'ambiguous_framing' };
  return coding.toLowerCase() === 'chunked'
    ? null
    : { status: 501, error: 'transfer_coding_not_supported' };
}

function occurrences(raw: readonly string[], name: string): number {
  let count = 0;
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]!.length === name.length && raw[i]!.toLowerCase() === name) count += 1;
  }
  return count;
}

function fromAbsoluteForm(target: string, raw: readonly string[]): AdmittedRequest | null {
  const [, authority, rest = ''] = /^https?:\/\/([^/?#@]+)([/?].*)?$/is.exec(target) ?? [];
  if (authority === undefined) return null;
  const headers = ['Host', authority];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (raw[i]!.toLowerCase() !== 'host') headers.push(raw[i]!, raw[i + 1]!);
  }
  return { uri: rest.startsWith('/') ? rest : `/${rest}`, headers, host: authority };
}
