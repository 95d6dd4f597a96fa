import { LIMITS } from '../config/limits.ts';
import type { InspectionRequest } from './verdict.ts';

const MAX_BYTES = LIMITS.request.max_record_bytes;
/** One byte of text becomes at most this many bytes of JSON: `\u0000`. */
const WORST_ESCAPE = 6;

/**
 * The request as the JSON RequestContext that any module of this ABI reads: `{method, uri, version,
 * source_ip, headers: [[name, value], …], facts?, body_preview?, response?: {status, headers, body?}}` in
 * UTF-8, at most LIMITS.request.max_record_bytes unless the headers alone are larger. The body is cut
 * first, to `maxBody` bytes in any case: that of the response if there is one, else that of the request.
 */
export function encodeJsonContext(
  request: InspectionRequest,
  maxBody: number = LIMITS.request.max_body_bytes,
): Uint8Array {
  const whole = request.response === undefined ? request.body : request.response.body;
  const body = whole?.subarray(0, maxBody) ?? null;
  const text = encode(request, body);
  if (text.length <= MAX_BYTES || body === null) return text;
  const room = MAX_BYTES - encode(request, new Uint8Array()).length;
  return encode(request, body.subarray(0, Math.max(0, Math.floor(room / WORST_ESCAPE))));
}

function encode(request: InspectionRequest, body: Uint8Array | null): Uint8Array {
  const { response } = request;
  const context = {
    method: request.method,
    uri: request.uri,
    version: request.version,
    source_ip: request.sourceIp,
    headers: pairsOf(request.headers),
    ...(request.facts?.length && { facts: factsOf(request.facts) }),
    ...(response === undefined
      ? body && { body_preview: textOf(body) }
      : {
          response: {
            status: response.status,
            headers: pairsOf(response.headers),
            ...(body && { body: textOf(body) }),
          },
        }),
  };
  return Buffer.from(JSON.stringify(context));
}

function pairsOf(flat: readonly string[]): readonly (readonly [string, string])[] {
  return Array.from({ length: flat.length >> 1 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);
}

function factsOf(flat: readonly string[]): Record<string, string> {
  const names = flat.filter((_, index) => index % 2 === 0 && index + 1 < flat.length);
  return Object.fromEntries(names.map((name, index) => [name, flat[index * 2 + 1]!]));
}

function textOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}
