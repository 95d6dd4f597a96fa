import type { InspectionRequest } from '../../engine/verdict.ts';
import type { ExampleRequest } from '../../rules/model.ts';

/** Headers that hold what must not stand in a rule. */
const SECRET = /^(?:authorization|proxy-authorization|cookie|x-api-key|x-.*-(?:key|token))$/i;
/** Larger requests are no examples for a person to read. */
const MAX_BYTES = 2_048;

/**
 * A request as an example of a rule, without the headers that hold secrets. Null when it is too large, or
 * has bytes that no text can stand for.
 */
export function exampleRequest(
  request: InspectionRequest,
  keep: (name: string) => boolean,
): ExampleRequest | null {
  const body = request.body === null ? '' : Buffer.from(request.body).toString('latin1');
  const uri = textOf(request.uri);
  const text = textOf(body);
  const headers = headersOf(request.headers).filter(([name]) => keep(name) && !SECRET.test(name));
  const written = headers.map(([name, value]) => [name, textOf(value)] as const);
  const size = request.uri.length + body.length + JSON.stringify(written).length;
  if (uri === null || text === null || size > MAX_BYTES) return null;
  if (written.some(([, value]) => value === null)) return null;
  return {
    method: request.method,
    uri,
    ...(written.length > 0 ? { headers: written as readonly (readonly [string, string])[] } : {}),
    ...(text === '' ? {} : { body: text }),
  };
}

/** The example as the engine will see it. */
export function inspectionOf(
  example: ExampleRequest,
  request: InspectionRequest,
): InspectionRequest {
  const headers = (example.headers ?? []) as readonly (readonly [string, string])[];
  return {
    ...request,
    headers: headers.flatMap(([name, value]) => [name, bytesOf(value)]),
  };
}

function headersOf(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) pairs.push([flat[at]!, flat[at + 1]!]);
  return pairs;
}

/** Bytes as UTF-8 text; null when they are none. */
function textOf(bytes: string): string | null {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? null : text;
}

function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
