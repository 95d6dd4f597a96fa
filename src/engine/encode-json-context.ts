import { LIMITS } from '../config/limits.ts';
import type { InspectionRequest } from './verdict.ts';

const MAX_BYTES = LIMITS.request.max_record_bytes;
/** One byte of text becomes at most this many bytes of JSON: `\u0000`. */
const WORST_ESCAPE = 6;

/**
 * The request as the JSON RequestContext that any module of this ABI reads: `{method, uri, version,
 * source_ip, headers: [[name, value], …], facts?, body_preview?}` in UTF-8, at most
 * LIMITS.request.max_record_bytes unless the headers alone are larger. The body is cut first, to
 * `maxBody` bytes in any case.
 */
export function encodeJsonContext(
  request: InspectionRequest,
  maxBody: number = LIMITS.request.max_body_bytes,
): Uint8Array {
  const body = request.body?.subarray(0, maxBody) ?? null;
  const whole = encode(request, body);
  if (whole.length <= MAX_BYTES || body === null) return whole;
  const room = MAX_BYTES - encode(request, new Uint8Array()).length;
  return encode(request, body.subarray(0, Math.max(0, Math.floor(room / WORST_ESCAPE))));
}

function encode(request: InspectionRequest, body: Uint8Array | null): Uint8Array {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < request.headers.length; index += 2) {
    headers.push([request.headers[index]!, request.headers[index + 1]!]);
  }
  const context = {
    method: request.method,
    uri: request.uri,
    version: request.version,
    source_ip: request.sourceIp,
    headers,
    ...(request.facts?.length && { facts: factsOf(request.facts) }),
    ...(body && { body_preview: textOf(body) }),
  };
  return Buffer.from(JSON.stringify(context));
}

function factsOf(flat: readonly string[]): Record<string, string> {
  const names = flat.filter((_, index) => index % 2 === 0 && index + 1 < flat.length);
  return Object.fromEntries(names.map((name, index) => [name, flat[index * 2 + 1]!]));
}

function textOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}
