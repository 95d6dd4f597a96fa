import type { InspectionRequest } from '../../../src/engine/verdict.ts';

/** A request as an application's framework hands it to an in-process firewall: split and decoded. */
export interface ParsedRequest {
  readonly 'server.request.uri.raw': string;
  readonly 'server.request.method': string;
  readonly 'server.request.headers.no_cookies': Record<string, string>;
  readonly 'server.request.cookies'?: Record<string, string[]>;
  readonly 'server.request.query'?: Record<string, string[]>;
  readonly 'server.request.body'?: unknown;
  readonly 'http.client_ip': string;
}

/** Splits and decodes as Express, cookie-parser and body-parser do together. */
export function parseRequest(request: InspectionRequest): ParsedRequest {
  const headers: Record<string, string> = {};
  let cookies: Record<string, string[]> | undefined;
  for (let i = 0; i < request.headers.length; i += 2) {
    const name = request.headers[i]!.toLowerCase();
    const value = request.headers[i + 1]!;
    if (name === 'cookie') cookies = parseCookies(value);
    else headers[name] = value;
  }
  const mark = request.uri.indexOf('?');
  const body = parseBody(request.body, headers['content-type']);
  return {
    'server.request.uri.raw': request.uri,
    'server.request.method': request.method,
    'server.request.headers.no_cookies': headers,
    ...(cookies && { 'server.request.cookies': cookies }),
    ...(mark !== -1 && { 'server.request.query': parsePairs(request.uri.slice(mark + 1)) }),
    ...(body !== undefined && { 'server.request.body': body }),
    'http.client_ip': request.sourceIp,
  };
}

function parseBody(body: Uint8Array | null, contentType = ''): unknown {
  if (body === null) return undefined;
  const text = Buffer.from(body).toString('utf8');
  if (contentType.includes('urlencoded')) return parsePairs(text);
  if (!contentType.includes('json')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function parsePairs(text: string): Record<string, string[]> {
  const pairs: Record<string, string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    pairs[name] ??= [];
    pairs[name].push(value);
  }
  return { ...pairs };
}

function parseCookies(header: string): Record<string, string[]> {
  const pairs: Record<string, string[]> = {};
  for (const part of header.split('; ')) {
    const at = part.indexOf('=');
    if (at !== -1) pairs[part.slice(0, at)] = [decoded(part.slice(at + 1))];
  }
  return pairs;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
