import type { InspectionRequest } from '../engine/verdict.ts';
import { EvaluationError } from './evaluation-error.ts';
import { UNKNOWN_CLIENT } from './read-options.ts';
import { withContentLength } from './with-content-length.ts';

/**
 * Reads an HTTP request as it goes over the wire; lines may end with LF alone, as editors write them. The
 * body ends where Content-Length says, if it does. Throws `WAF_ERR_EVALUATION_REQUEST`.
 */
export function rawRequest(bytes: Uint8Array, now = 0): InspectionRequest {
  const text = Buffer.from(bytes).toString('latin1');
  const [end, bodyStart] = endOfHead(text);
  const [first = '', ...lines] = text.slice(0, end).split(/\r?\n/);
  const line = /^([!-~]+) (.+?)(?: (HTTP\/\d(?:\.\d)?))?$/.exec(first);
  if (line === null) throw notARequest(first);
  const [, method = '', uri = '', version = 'HTTP/0.9'] = line;
  const headers = headersOf(lines);
  const body = bodyOf(bytes.subarray(bodyStart), headers);
  return {
    method,
    uri,
    version,
    sourceIp: UNKNOWN_CLIENT,
    headers: withContentLength(method, headers, body),
    body,
    now,
  };
}

/** Where the head ends and where the body begins. */
function endOfHead(text: string): [end: number, bodyStart: number] {
  const blank = /\r?\n\r?\n/.exec(text);
  if (blank !== null) return [blank.index, blank.index + blank[0].length];
  return [text.replace(/[\r\n]+$/, '').length, text.length];
}

function headersOf(lines: readonly string[]): string[] {
  const flat: string[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (/^[ \t]/.test(line) && flat.length > 0) {
      flat[flat.length - 1] += ` ${line.trim()}`;
    } else if (colon > 0) {
      flat.push(line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, ''));
    } else {
      throw notARequest(line);
    }
  }
  return flat;
}

function bodyOf(bytes: Uint8Array, headers: readonly string[]): Uint8Array | null {
  const at = headers.findIndex((name, i) => i % 2 === 0 && /^content-length$/i.test(name));
  const declared = at === -1 ? Number.NaN : Number(headers[at + 1]);
  const body = Number.isInteger(declared) && declared >= 0 ? bytes.subarray(0, declared) : bytes;
  return body.length === 0 ? null : body;
}

function notARequest(line: string): EvaluationError {
  return new EvaluationError(
    'WAF_ERR_EVALUATION_REQUEST',
    `no HTTP request: ${JSON.stringify(line.slice(0, 80))}`,
  );
}
