import type { InspectionRequest } from '../engine/verdict.ts';
import { byteText } from './byte-text.ts';
import type { ReadDefaults } from './read-options.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { withContentLength } from './with-content-length.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads one JSON object: `{"id","label","category","source","request":{…}}`, the request alone, or a traffic
 * event of a node. A request is `{method, uri, version, headers, body | body_b64, source_ip}`; headers are
 * pairs or an object. Returns the reason when it is none.
 */
export function readJsonLine(
  text: string,
  number: number,
  defaults: ReadDefaults,
): RecordedRequest | string {
  let line: Json;
  try {
    line = JSON.parse(text);
  } catch {
    return 'it is no JSON';
  }
  if (!isObject(line)) return 'it is no object';
  const parts = isObject(line.request) ? line.request : line;
  const request = requestOf(parts, line, defaults);
  if (typeof request === 'string') return request;
  return { id: idOf(line, number), request, ...knownOf(line) };
}

function requestOf(parts: Json, line: Json, defaults: ReadDefaults): InspectionRequest | string {
  const { method, uri = parts.url, version = 'HTTP/1.1' } = parts;
  if (typeof method !== 'string') return 'method is missing';
  if (typeof uri !== 'string') return 'uri is missing';
  if (typeof version !== 'string') return 'version is no text';
  const headers = headersOf(parts.headers ?? []);
  if (headers === null) return 'headers are neither pairs nor an object';
  const isEvent = line.v === 1 && typeof line.node_id === 'string';
  const body = isEvent ? bytesOf(null, parts.body) : bytesOf(parts.body, parts.body_b64);
  if (body === undefined) return 'body is no text';
  const client = parts.source_ip ?? line.source_ip;
  return {
    method: byteText(method),
    // Events hold one byte per character already.
    uri: isEvent ? uri : byteText(uri),
    version: byteText(version),
    sourceIp: typeof client === 'string' ? client : defaults.sourceIp,
    headers: withContentLength(method, isEvent ? headers : headers.map(byteText), body),
    body,
    now: defaults.now,
  };
}

/** Name, value, name, value …; null when it is something else. */
function headersOf(headers: unknown): string[] | null {
  const pairs = Array.isArray(headers)
    ? headers
    : isObject(headers)
      ? Object.entries(headers)
      : null;
  if (pairs === null) return null;
  const flat: string[] = [];
  for (const pair of pairs) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string') return null;
    flat.push(pair[0], String(pair[1] ?? ''));
  }
  return flat;
}

/** The body of a text or of base64; null when there is none, undefined when it is something else. */
function bytesOf(text: unknown, base64: unknown): Uint8Array | null | undefined {
  if (typeof base64 === 'string') return nonEmpty(Buffer.from(base64, 'base64'));
  if (text === undefined || text === null) return null;
  if (typeof text === 'string') return nonEmpty(Buffer.from(text, 'utf8'));
  return isObject(text) || Array.isArray(text) ? Buffer.from(JSON.stringify(text)) : undefined;
}

function nonEmpty(bytes: Uint8Array): Uint8Array | null {
  return bytes.length === 0 ? null : bytes;
}

function idOf(line: Json, number: number): string {
  const id = line.id ?? line.test_id;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : `#${number}`;
}

function knownOf(line: Json): Omit<RecordedRequest, 'id' | 'request'> {
  const { label, category, source = line.node_id, at, status, missing } = line;
  return {
    ...(label === 'attack' || label === 'benign' ? { label } : {}),
    ...(typeof category === 'string' ? { category } : {}),
    ...(typeof source === 'string' ? { source } : {}),
    ...(typeof at === 'number' ? { at } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(Array.isArray(missing) ? { missing: missing.map(String) } : {}),
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
