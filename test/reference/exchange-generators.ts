import fc from 'fast-check';
import type { InspectionRequest } from '../../src/engine/verdict.ts';
import { address, name, someText, text } from './letters.ts';

/** Longer than what the engine remembers, with the same letters over and over. */
const longText = fc
  .tuple(text(6), text(10), fc.integer({ min: 0, max: 40 }), text(6))
  .map(([start, middle, times, end]) => start + middle.repeat(times) + end);

const pairs = fc
  .array(fc.tuple(name, text(3)), { maxLength: 4 })
  .map((members) => members.map(([key, value]) => `${key}=${value}`));
const members = fc.array(fc.tuple(name, text(3)), { maxLength: 4 });

/** Bodies of every format, all well formed but for the plain text. */
const bodies = fc.oneof(
  text(8).map((plain) => ({ type: '', text: plain })),
  pairs.map((made) => ({
    type: 'application/x-www-form-urlencoded; charset=utf-8',
    text: made.join('&'),
  })),
  members.map((made) => ({
    type: 'application/json',
    text: JSON.stringify({ ...Object.fromEntries(made), b: made.map(([, value]) => value) }),
  })),
  text(4).map((value) => ({ type: 'application/json', text: `{"a":"${value}"` })),
  members.map((made) => ({
    type: 'multipart/form-data; boundary=BB',
    text: `${made.map(([key, value], i) => partOf(key, value, i % 2 === 1)).join('')}--BB--\r\n`,
  })),
  members.map((made) => ({
    type: 'text/xml',
    text: `<r>${made.map(([key, value]) => `<e ${key}="${value}">${value}</e>`).join('')}</r>`,
  })),
);

function partOf(key: string, value: string, isFile: boolean): string {
  const disposition = `form-data; name="${key}"${isFile ? `; filename="${value}"` : ''}`;
  return `--BB\r\nContent-Disposition: ${disposition}\r\nX-A: ${value}\r\n\r\n${value}\r\n`;
}

const headerName = fc.constantFrom('a', 'b', 'A', 'AB', 'X-A', 'x-a');

/** Requests out of the same few letters. */
export const requests: fc.Arbitrary<InspectionRequest> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'a', 'A'),
    path: someText(5),
    query: fc.option(pairs.map((members) => members.join('&'))),
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0'),
    sourceIp: address,
    headers: fc.array(fc.tuple(headerName, text(5)), { maxLength: 4 }),
    long: fc.option(longText, { freq: 2 }),
    cookie: fc.option(pairs.map((members) => members.join('; '))),
    body: fc.option(bodies),
    facts: fc.constantFrom([], ['tls.version', 'ab', 'ctx.a', 'abba']),
    now: fc.constantFrom(0, Date.parse('2026-01-01T00:00:00Z'), 4_000_000_000_000),
  })
  .map(({ path, query, long, cookie, body, headers, ...rest }) => ({
    ...rest,
    uri: query === null ? path : `${path}?${query}${long === null ? '' : `&x-a=${long}`}`,
    headers: [
      ...headers.flat(),
      ...(long === null ? [] : ['x-a', long]),
      ...(cookie === null ? [] : ['Cookie', cookie]),
      ...(body === null || body.type === '' ? [] : ['Content-Type', body.type]),
    ],
    body: body === null ? null : Buffer.from(body.text, 'latin1'),
  }));

const responses = fc.record({
  status: fc.constantFrom(101, 200, 404, 500),
  headers: fc
    .array(fc.tuple(headerName, text(5)), { maxLength: 4 })
    .map((members) => members.flat()),
  body: fc.option(fc.oneof(text(8), longText).map((body) => Buffer.from(body, 'latin1'))),
});

/** Each with its response. */
export const exchanges: fc.Arbitrary<InspectionRequest> = fc
  .tuple(requests, responses)
  .map(([request, response]) => ({ ...request, response }));
