import { UpstreamFault } from './upstream-fault.ts';

/** `ResponseHead.length` of a body in chunks. */
export const CHUNKED = -1;
/** `ResponseHead.length` of a body that ends with its connection. */
export const UNTIL_CLOSE = -2;

/** Status line and header block of an upstream's response. Text is latin1. */
export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  /** Name, value, name, value, as written. */
  readonly headers: string[];
  /** Bytes of the body that follows, `CHUNKED` or `UNTIL_CLOSE`. */
  readonly length: number;
  /** Whether the connection may carry another request. */
  readonly keepAlive: boolean;
  /** Milliseconds that the upstream says it keeps an idle connection; null when it says nothing. */
  readonly idleMs: number | null;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;
const DIGITS = /^\d{1,15}$/;

/** Which characters may stand in a name and in a value, by their code. */
const IN_NAME = characters(/[!#$%&'*+.^_`|~\w-]/);
const IN_VALUE = characters(/[\t\x20-\x7e\x80-\xff]/);
const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;

/**
 * Reads a head, from the status line to the end of its last header line. Strict on purpose: what two
 * parties could frame differently is refused, because the second one may be the next client on a
 * shared connection. `method` is that of the request. Throws `UpstreamFault`.
 */
export function parseResponseHead(text: string, method: string): ResponseHead {
  const lineEnd = text.indexOf('\r\n');
  const [, minor, digits, reason = ''] = STATUS_LINE.exec(text.slice(0, lineEnd)) ?? malformed();
  const headers = splitFields(text, lineEnd + 2);
  const status = Number(digits);
  const framing = framingOf(headers);
  const bodiless = method === 'HEAD' || status < 200 || status === 204 || status === 304;
  const length = bodiless ? 0 : framing.length;
  return {
    ...{ status, reason, headers, length, idleMs: framing.idleMs },
    keepAlive: minor === '1' && !framing.closes && length !== UNTIL_CLOSE,
  };
}

/** One pass over lines `name: value`; a loop over a table costs a third of what expressions cost. */
function splitFields(text: string, from: number): string[] {
  const headers: string[] = [];
  for (let at = from; at < text.length; ) {
    let colon = at;
    while (IN_NAME[text.charCodeAt(colon)] === 1) colon++;
    if (colon === at || text.charCodeAt(colon) !== COLON) malformed();
    let end = colon + 1;
    while (IN_VALUE[text.charCodeAt(end)] === 1) end++;
    if (text.charCodeAt(end) !== CR || text.charCodeAt(end + 1) !== LF) malformed();
    headers.push(text.slice(at, colon), trimmed(text, colon + 1, end));
    at = end + 2;
  }
  return headers;
}

function trimmed(text: string, from: number, to: number): string {
  let first = from;
  let last = to;
  while (first < last && isBlank(text.charCodeAt(first))) first++;
  while (last > first && isBlank(text.charCodeAt(last - 1))) last--;
  return text.slice(first, last);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

interface Framing {
  length: number;
  closes: boolean;
  idleMs: number | null;
}

function framingOf(headers: readonly string[]): Framing {
  const framing: Framing = { length: UNTIL_CLOSE, closes: false, idleMs: null };
  let declared = -1;
  let chunked = false;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    const value = headers[i + 1]!;
    // Lengths first: only four of the names matter, and most others differ in length.
    if (name.length === 14 && name.toLowerCase() === 'content-length') {
      if (declared !== -1 || !DIGITS.test(value)) malformed();
      declared = Number(value);
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      if (chunked || value.toLowerCase() !== 'chunked') malformed();
      chunked = true;
    } else if (name.length === 10) {
      const lower = name.toLowerCase();
      if (lower === 'connection' && /\bclose\b/i.test(value)) framing.closes = true;
      else if (lower === 'keep-alive') framing.idleMs = idleMsOf(value);
    }
  }
  if (chunked && declared !== -1) malformed();
  if (chunked) framing.length = CHUNKED;
  else if (declared !== -1) framing.length = declared;
  return framing;
}

function idleMsOf(value: string): number | null {
  const [, seconds] = /\btimeout=(\d{1,6})\b/i.exec(value) ?? [];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

function characters(allowed: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) =>
    allowed.test(String.fromCharCode(code)) ? 1 : 0,
  );
}

function malformed(): never {
  throw new UpstreamFault('UPSTREAM_MALFORMED', 'the upstream sent a malformed response head');
}
