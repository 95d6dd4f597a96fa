import { expect, test } from 'vitest';
import { rawRequest } from '../../../src/evaluation/raw-request.ts';

const read = (text: string) => rawRequest(Buffer.from(text, 'latin1'));

test('raw request - is read with CRLF and with LF alike', () => {
  const crlf = 'POST /a?b HTTP/1.1\r\nHost: x\r\nX-A:  1 \r\n\r\nq=1';
  expect(read(crlf)).toEqual(read(crlf.replaceAll('\r', '')));
  expect(read(crlf)).toMatchObject({
    ...{ method: 'POST', uri: '/a?b', version: 'HTTP/1.1' },
    headers: ['Host', 'x', 'X-A', '1', 'Content-Length', '3'],
  });
  expect(Buffer.from(read(crlf).body!).toString()).toBe('q=1');
});

test('raw request - the body ends where Content-Length says', () => {
  expect(Buffer.from(read('PUT / HTTP/1.1\nContent-Length: 2\n\nabc\n').body!).toString()).toBe(
    'ab',
  );
  expect(read('GET / HTTP/1.1\nHost: x\n').body).toBeNull();
});

test('raw request - what has no request line, or a line that is no header, is refused', () => {
  for (const text of ['', 'hello', 'GET / HTTP/1.1\nnonsense\n\n']) {
    expect(() => read(text)).toThrowError(
      expect.objectContaining({ code: 'WAF_ERR_EVALUATION_REQUEST' }),
    );
  }
});
