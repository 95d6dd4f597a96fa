import { expect, test } from 'vitest';
import { requestBytes } from '../../../src/ftw/request-bytes.ts';
import { ftwTest } from './tests.ts';

const textOf = (written: object) => Buffer.from(requestBytes(ftwTest(written))).toString('utf8');

test('request bytes - what a client always sends is added', () => {
  expect(textOf({ request: { method: 'POST', uri: '/é', body: 'a=ü' } })).toBe(
    'POST /é HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 4\r\nConnection: close\r\n\r\na=ü',
  );
});

test('request bytes - what is there stays, in any case, however wrong', () => {
  const headers = [
    ['content-length', '99'],
    ['CONTENT-TYPE', 'x'],
    ['connection', ''],
  ];
  expect(textOf({ request: { method: '  GET', version: 'JUNK', headers, body: 'a' } })).toBe(
    '  GET / JUNK\r\ncontent-length: 99\r\nCONTENT-TYPE: x\r\nconnection: \r\n\r\na',
  );
});

test('request bytes - a body with a transfer coding gets no length', () => {
  const headers = [['Transfer-Encoding', 'chunked']];
  expect(textOf({ request: { headers, body: '0\r\n\r\n' } })).not.toMatch(/content-length/i);
});

test('request bytes - nothing is added when the test says so, and raw bytes are sent as they are', () => {
  expect(textOf({ autocomplete_headers: false, request: { body: 'a' } })).toBe(
    'GET / HTTP/1.1\r\n\r\na',
  );
  expect(textOf({ raw_b64: 'aGkK', request: { body: 'a' } })).toBe('hi\n');
});
