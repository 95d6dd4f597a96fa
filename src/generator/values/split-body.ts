import type { InspectionRequest } from '../../engine/verdict.ts';
import { decodeParameter, encodeParameter } from './percent-coding.ts';
import type { RequestValue, ValueTarget } from './request-value.ts';

/** Bytes of a body that are looked at; the engine looks at as many. */
const MAX_BODY_BYTES = 131_072;
const MAX_JSON_DEPTH = 64;

type WithBody = (body: string) => InspectionRequest;

/** The values of a body, split by its content type. What is malformed gives what can be read of it. */
export function splitBody(body: Uint8Array, contentType: string, withBody: WithBody) {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    .subarray(0, MAX_BODY_BYTES)
    .toString('latin1');
  const type = contentType.toLowerCase();
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return splitPairs(text, '&', 'body.form.*', withBody);
  }
  if (type.startsWith('multipart/')) return splitMultipart(text, contentType, withBody);
  if (/^[^;]*[/+](?:x-)?(?:nd)?json\b/.test(type)) return splitJson(text, withBody);
  if (/^[^;]*[/+]xml\b/.test(type)) return splitXml(text, withBody);
  return [];
}

/** `a=b&c=d`, percent-encoded; the same for queries and forms. */
export function splitPairs(
  text: string,
  separator: string,
  target: ValueTarget,
  rebuilt: (text: string) => InspectionRequest,
): RequestValue[] {
  const pairs = text.split(separator);
  const values: RequestValue[] = [];
  pairs.forEach((pair, index) => {
    if (pair === '') return;
    const equals = pair.indexOf('=');
    const name = decodeParameter(equals < 0 ? pair : pair.slice(0, equals));
    values.push({
      target,
      name,
      text: equals < 0 ? '' : decodeParameter(pair.slice(equals + 1)),
      replace: (value) => {
        const changed = `${equals < 0 ? pair : pair.slice(0, equals)}=${encodeParameter(value)}`;
        return rebuilt(pairs.toSpliced(index, 1, changed).join(separator));
      },
    });
  });
  return values;
}

function splitMultipart(text: string, contentType: string, withBody: WithBody): RequestValue[] {
  const boundary = /boundary="?([^";]+)/i.exec(contentType)?.[1]?.trim();
  if (boundary === undefined) return [];
  const parts = text.split(`--${boundary}`);
  const values: RequestValue[] = [];
  parts.forEach((part, index) => {
    const gap = /\r?\n\r?\n/.exec(part);
    if (gap === null) return;
    const head = part.slice(0, gap.index);
    const start = gap.index + gap[0].length;
    const content = part.slice(start).replace(/\r?\n$/, '');
    const file = /filename="?([^"\r\n]*)/i.exec(head)?.[1];
    if (file !== undefined) {
      values.push({ target: 'files.*', name: '', text: file, replace: null });
      return;
    }
    values.push({
      target: 'body.form.*',
      name: /\bname="?([^";\r\n]*)/i.exec(head)?.[1] ?? '',
      text: content,
      replace: (value) => {
        const changed = part.slice(0, start) + value + part.slice(start + content.length);
        return withBody(parts.toSpliced(index, 1, changed).join(`--${boundary}`));
      },
    });
  });
  return values;
}

function splitJson(text: string, withBody: WithBody): RequestValue[] {
  const lines = parseJson(text);
  const values: RequestValue[] = [];
  const rewritten = () => withBody(lines.map((line) => toBytes(JSON.stringify(line))).join('\n'));
  const visit = (node: unknown, name: string, put: (value: unknown) => void, depth: number) => {
    if (typeof node === 'object' && node !== null) {
      if (depth >= MAX_JSON_DEPTH) return;
      for (const [key, child] of Object.entries(node)) {
        const set = (value: unknown) => {
          (node as Record<string, unknown>)[key] = value;
        };
        visit(child, `${name}/${key}`, set, depth + 1);
      }
      return;
    }
    const replace = (value: string) => {
      put(Buffer.from(value, 'latin1').toString('utf8'));
      const request = rewritten();
      put(node);
      return request;
    };
    values.push({ target: 'body.json.*', name, text: toBytes(String(node)), replace });
  };
  lines.forEach((line, index) => {
    visit(line, '', (value) => void lines.splice(index, 1, value), 0);
  });
  return values;
}

/** The JSON texts of a body: one, or one a line. */
function parseJson(text: string): unknown[] {
  const utf8 = Buffer.from(text, 'latin1').toString('utf8');
  try {
    return [JSON.parse(utf8)];
  } catch {
    return utf8.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as unknown];
      } catch {
        return [];
      }
    });
  }
}

function splitXml(text: string, withBody: WithBody): RequestValue[] {
  return [...text.matchAll(/>([^<]+)</g)].map(({ 1: content = '', index }) => ({
    target: 'body.xml.text' as const,
    name: '',
    text: content,
    replace: (value: string) =>
      withBody(text.slice(0, index + 1) + value + text.slice(index + 1 + content.length)),
  }));
}

function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
