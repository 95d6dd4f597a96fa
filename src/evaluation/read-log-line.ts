import type { ReadDefaults } from './read-options.ts';
import type { RecordedRequest } from './recorded-request.ts';

/** `[vhost:port] client ident user [time] "request" status bytes ["referer" "agent"]` */
const LINE =
  /^(?:(\S+:\d+) )?(\S+) \S+ (?:[^[]*)\[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d{3}|-)(?: (?:\d+|-))?(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?/;

const REQUEST = /^([!-~]+) (.+?)(?: (HTTP\/\d(?:\.\d)?))?$/;

/** What an access log leaves out of a request. */
const MISSING = ['headers.*', 'cookies.*', 'body.raw'] as const;

/**
 * Reads one line of Common or Combined Log Format. The log keeps no Host header; a request without one is
 * malformed, so it gets the virtual host of the line, or `localhost`. Returns the reason when it is none.
 */
export function readLogLine(
  text: string,
  number: number,
  defaults: ReadDefaults,
): RecordedRequest | string {
  const line = LINE.exec(text);
  if (line === null) return 'it is no line of an access log';
  const [, host = 'localhost', client = '', time = '', quoted = '', status, referer, agent] = line;
  const request = REQUEST.exec(unescaped(quoted));
  if (request === null) return 'it logs no request';
  const [, method = '', uri = '', version = 'HTTP/0.9'] = request;
  const headers = ['Host', host];
  if (isKnown(agent)) headers.push('User-Agent', unescaped(agent));
  if (isKnown(referer)) headers.push('Referer', unescaped(referer));
  const at = timeOf(time);
  return {
    id: `#${number}`,
    request: {
      method,
      uri,
      version,
      sourceIp: /^[\d.]+$|:/.test(client) ? client : defaults.sourceIp,
      headers,
      body: null,
      now: defaults.now,
    },
    ...(at === null ? {} : { at }),
    ...(status === undefined || status === '-' ? {} : { status: Number(status) }),
    missing: MISSING,
  };
}

function isKnown(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text !== '-';
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', v: '\v' };

/** `\"`, `\\`, `\xHH` and the letters of C; anything else stays as it is. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (whole, hex?: string, letter?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (letter === '"' || letter === '\\') return letter;
    return ESCAPES[letter ?? ''] ?? whole;
  });
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** `10/Oct/2000:13:55:36 -0700` or RFC 3339, as milliseconds; null when it is neither. */
function timeOf(text: string): number | null {
  const parts = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d)$/.exec(text);
  if (parts === null) return numberOrNull(Date.parse(text));
  const [, day, name = '', year, clock, hours, minutes] = parts;
  const month = String(MONTHS.indexOf(name) / 3 + 1).padStart(2, '0');
  return numberOrNull(Date.parse(`${year}-${month}-${day}T${clock}${hours}:${minutes}`));
}

function numberOrNull(time: number): number | null {
  return Number.isNaN(time) ? null : time;
}
