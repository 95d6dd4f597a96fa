import { expect, test } from 'vitest';
import { exampleCases } from '../../../src/rules/examples.ts';
import type { ExampleRequest } from '../../../src/rules/model.ts';
import { ruleOf } from './open-book.ts';

const FORM = [['content-type', 'application/x-www-form-urlencoded']] as const;
const JSON_TYPE = [['content-type', 'application/json']] as const;

const TARGETS: readonly [target: string, value: string, request: ExampleRequest][] = [
  ['method', 'TRACE', { method: 'TRACE' }],
  ['uri', '/a?b', { uri: '/a?b' }],
  ['path', '/a', { uri: '/a' }],
  ['path.raw', '/a', { uri: '/a' }],
  ['version', 'HTTP/1.0', { version: 'HTTP/1.0' }],
  ['client.ip', '::1', { source_ip: '::1' }],
  ['query.raw', 'a=b', { uri: '/?a=b' }],
  ['query.*', "1' or&x", { uri: "/?q=1'%20or%26x" }],
  ['query.names', 'a[]', { uri: '/?a%5B%5D=1' }],
  ['query[id]', '%27', { uri: '/?id=%2527' }],
  ['headers.*', 'x', { headers: [['x-example', 'x']] }],
  ['headers.names', 'x-y', { headers: [['x-y', '1']] }],
  ['headers[User-Agent]', 'x', { headers: [['user-agent', 'x']] }],
  ['cookies.*', 'x', { headers: [['cookie', 'q=x']] }],
  ['cookies.names', 'x', { headers: [['cookie', 'x=1']] }],
  ['cookies[sid]', 'x', { headers: [['cookie', 'sid=x']] }],
  ['body.raw', 'x', { method: 'POST', body: 'x' }],
  ['body.form.*', 'a b', { method: 'POST', headers: FORM, body: 'q=a%20b' }],
  ['body.form.names', 'a', { method: 'POST', headers: FORM, body: 'a=1' }],
  ['body.form[n]', 'é\ud800', { method: 'POST', headers: FORM, body: 'n=%C3%A9%EF%BF%BD' }],
  ['body.json.*', 'x', { method: 'POST', headers: JSON_TYPE, body: '{"q":"x"}' }],
  ['response.status', '404', { response: { status: 404 } }],
  ['response.headers.*', 'x', { response: { headers: [['x-example', 'x']] } }],
  ['response.headers.names', 'etag', { response: { headers: [['etag', '1']] } }],
  ['response.headers[ETag]', 'x', { response: { headers: [['etag', 'x']] } }],
  ['response.body', 'é', { response: { body: 'é' } }],
  ['body.json./a/b', 'x', { method: 'POST', headers: JSON_TYPE, body: '{"a":{"b":"x"}}' }],
];

test('examples - the table of targets has 27 cases', () => {
  expect(TARGETS).toHaveLength(27);
});

test.each(TARGETS)('examples - a text example of %s', (target, value, request) => {
  const rule = ruleOf(
    JSON.stringify({
      id: 'a',
      when: { target, op: 'contains', value: 'x' },
      action: 'log',
      examples: { match: [value] },
    }),
  );
  expect(exampleCases(rule)).toEqual({
    cases: [{ request, expect: 'match', pointer: '/examples/match/0' }],
    faults: [],
  });
});

test('examples - the leaves of a single-target rule may be many', () => {
  const rule = ruleOf(
    JSON.stringify({
      id: 'a',
      when: {
        all: [
          { target: ['query.*', 'cookies.*'], op: 'contains', value: 'x' },
          { target: ['query.*', 'cookies.*'], op: 'length', value: { lte: 5 } },
          { on: 'matched', op: 'contains', value: 'y' },
        ],
      },
      action: 'log',
      examples: { match: ['xy', { uri: '/?a=xy' }], no_match: ['x'] },
    }),
  );
  expect(exampleCases(rule).cases).toEqual([
    { request: { uri: '/?q=xy' }, expect: 'match', pointer: '/examples/match/0' },
    { request: { uri: '/?a=xy' }, expect: 'match', pointer: '/examples/match/1' },
    { request: { uri: '/?q=x' }, expect: 'no_match', pointer: '/examples/no_match/0' },
  ]);
});
