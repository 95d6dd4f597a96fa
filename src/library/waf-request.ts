import type { InspectionRequest } from '../engine/verdict.ts';

/**
 * Headers in any of the forms that Node has: name, value, name, value … (`rawHeaders`, the fastest), pairs,
 * or an object (`headers`).
 */
export type WafHeaders =
  | readonly string[]
  | readonly (readonly [name: string, value: string])[]
  | Readonly<Record<string, string | readonly string[] | number | undefined>>;

/** A request to judge. Only the method and the target have to be there. */
export interface WafRequest {
  readonly method: string;
  /** The request target as received, e.g. `/a?b=c`; `uri` is another name for it. */
  readonly url?: string;
  readonly uri?: string;
  /** Default: `HTTP/1.1`. */
  readonly version?: string;
  readonly headers?: WafHeaders;
  /** As sent, before any parsing. Text is taken as UTF-8. */
  readonly body?: Uint8Array | string | null;
  /** Address of the client, IPv4 or IPv6. */
  readonly ip?: string;
  /** What only the host knows, e.g. `{'tls.version': 'TLSv1.3', 'ctx.country': 'FR'}`. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** Facts as the engine reads them: name, value, name, value … */
export type InspectedRequest = InspectionRequest & { readonly facts?: readonly string[] };

const NOTHING: readonly string[] = [];
const BEYOND_LATIN1 = /[^\0-\xff]/;
/** `::ffff:192.0.2.1`: how a socket for both families writes an IPv4 address. */
const MAPPED = '::ffff:';

/** The request as the engine takes it. `now` is in milliseconds since the epoch. */
export function inspected(request: WafRequest, now: number): InspectedRequest {
  const { body = null, ip = '', facts } = request;
  return {
    method: bytesOf(request.method),
    uri: bytesOf(request.url ?? request.uri ?? ''),
    version: request.version ?? 'HTTP/1.1',
    sourceIp: ip.startsWith(MAPPED) && ip.includes('.') ? ip.slice(MAPPED.length) : ip,
    headers: flat(request.headers),
    body: typeof body === 'string' ? Buffer.from(body) : body,
    now,
    ...(facts !== undefined && { facts: Object.entries(facts).flat().map(bytesOf) }),
  };
}

function flat(headers: WafHeaders | undefined): readonly string[] {
  if (headers === undefined) return NOTHING;
  if (!Array.isArray(headers))
    return flatObject(headers as Exclude<WafHeaders, readonly unknown[]>);
  if (headers.length === 0 || typeof headers[0] === 'string') return headers;
  return (headers as [string, string][]).flatMap(([name, value]) => [name, bytesOf(value)]);
}

/** A header that came more than once is there as often as it came. */
function flatObject(headers: Exclude<WafHeaders, readonly unknown[]>): string[] {
  const list: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) list.push(name, bytesOf(`${each}`));
  }
  return list;
}

/**
 * The engine takes one byte per character, as Node gives what came over the wire. Text from elsewhere is
 * spelled in UTF-8; otherwise its characters would lose their upper bits and become others.
 */
function bytesOf(text: string): string {
  return BEYOND_LATIN1.test(text) ? Buffer.from(text).toString('latin1') : text;
}
