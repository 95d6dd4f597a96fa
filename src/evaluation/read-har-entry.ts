import { byteText } from './byte-text.ts';
import type { ReadDefaults } from './read-options.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { withContentLength } from './with-content-length.ts';

interface NameValue {
  readonly name?: unknown;
  readonly value?: unknown;
}

/** The parts of an entry of HAR 1.2 that make a request. */
interface Entry {
  readonly startedDateTime?: unknown;
  readonly _id?: unknown;
  readonly request?: {
    readonly method?: unknown;
    readonly url?: unknown;
    readonly httpVersion?: unknown;
    readonly headers?: unknown;
    readonly postData?: {
      readonly text?: unknown;
      readonly params?: unknown;
      readonly encoding?: unknown;
    };
  };
  readonly response?: { readonly status?: unknown };
}

/** Reads one entry of a HAR file. Returns the reason when it holds no request. */
export function readHarEntry(
  text: string,
  number: number,
  defaults: ReadDefaults,
): RecordedRequest | string {
  let entry: Entry;
  try {
    entry = JSON.parse(text);
  } catch {
    return 'it is no JSON';
  }
  const { method, url, httpVersion, headers, postData } = entry.request ?? {};
  if (typeof method !== 'string') return 'request.method is missing';
  if (typeof url !== 'string') return 'request.url is missing';
  const address = addressOf(url);
  if (address === null) return 'request.url is no URL';
  const listed = headersOf(headers, address.host);
  const body = bodyOf(postData);
  const at = Date.parse(String(entry.startedDateTime));
  const status = entry.response?.status;
  return {
    id: `#${number}`,
    request: {
      method: byteText(method),
      uri: byteText(address.uri),
      version: versionOf(httpVersion),
      sourceIp: defaults.sourceIp,
      headers: withContentLength(method, listed, body),
      body,
      now: defaults.now,
    },
    ...(Number.isNaN(at) ? {} : { at }),
    ...(typeof status === 'number' && status > 0 ? { status } : {}),
  };
}

/** The URL is cut, not parsed: what a parser would tidy up is what rules look for. */
function addressOf(url: string): { readonly host: string; readonly uri: string } | null {
  const parts = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]*)([^#]*)/i.exec(url);
  if (parts === null) return url.startsWith('/') ? { host: 'localhost', uri: url } : null;
  const [, host = '', rest = ''] = parts;
  return { host, uri: rest.startsWith('/') ? rest : `/${rest}` };
}

/** Pseudo-headers of HTTP/2 (`:path`) are no headers; `:authority` becomes the missing Host. */
function headersOf(headers: unknown, host: string): string[] {
  const flat: string[] = [];
  let hasHost = false;
  for (const { name, value } of Array.isArray(headers) ? (headers as NameValue[]) : []) {
    if (typeof name !== 'string' || name === '' || name.startsWith(':')) continue;
    hasHost ||= name.toLowerCase() === 'host';
    flat.push(byteText(name), byteText(String(value ?? '')));
  }
  return hasHost ? flat : ['Host', byteText(host), ...flat];
}

function bodyOf(postData: NonNullable<Entry['request']>['postData']): Uint8Array | null {
  const { text, params, encoding } = postData ?? {};
  if (typeof text === 'string' && text !== '') {
    return Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8');
  }
  if (!Array.isArray(params) || params.length === 0) return null;
  const form = new URLSearchParams();
  for (const { name, value } of params as NameValue[]) {
    form.append(String(name ?? ''), String(value ?? ''));
  }
  return Buffer.from(form.toString());
}

/** `h2`, `http/2.0` and whatever browsers write. */
function versionOf(version: unknown): string {
  const digits = /^(?:http\/|h)(\d)(\.\d)?/i.exec(String(version));
  if (digits === null) return 'HTTP/1.1';
  const [, major, minor = major === '1' ? '.1' : '.0'] = digits;
  return `HTTP/${major}${minor}`;
}
