import type { InspectionRequest } from '../../engine/verdict.ts';

/**
 * The value that a rate limit counts by. `target` is a target that names one value of a request:
 * `client.ip`, `method`, `uri`, `path`, `headers[name]`, `cookies[name]` or `query[name]`.
 * A request that lacks the value, or a target that names none, is counted by its client address, so
 * that leaving a header out is no way around a limit.
 */
export function rateLimitKey(target: string, request: InspectionRequest): string {
  const [, collection = target, name = ''] = /^([a-z.]+)\[(.+)\]$/i.exec(target) ?? [];
  const value = read(collection, name, request);
  return value === undefined || value === ''
    ? `client.ip=${request.sourceIp}`
    : `${target}=${value}`;
}

function read(collection: string, name: string, request: InspectionRequest): string | undefined {
  switch (collection) {
    case 'method':
      return request.method;
    case 'uri':
      return request.uri;
    case 'path':
      return request.uri.split('?', 1)[0];
    case 'headers':
      return header(request.headers, name);
    case 'cookies':
      return cookie(header(request.headers, 'cookie') ?? '', name);
    case 'query':
      return (
        new URLSearchParams(request.uri.slice(request.uri.indexOf('?') + 1)).get(name) ?? undefined
      );
    default:
      return undefined;
  }
}

function header(headers: readonly string[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i]!.toLowerCase() === wanted) return headers[i + 1];
  }
  return undefined;
}

function cookie(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at !== -1 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
