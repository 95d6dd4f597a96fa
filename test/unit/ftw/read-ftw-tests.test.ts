import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readFtwTests } from '../../../src/ftw/read-ftw-tests.ts';
import { ftwTest, NOTHING_EXPECTED } from './tests.ts';

test('tests - a line has everything by default but its id', () => {
  expect(ftwTest()).toEqual({
    testId: '1-1',
    category: '',
    request: { method: 'GET', uri: '/', version: 'HTTP/1.1', headers: [], body: Buffer.alloc(0) },
    raw: null,
    autocompleteHeaders: true,
    expected: NOTHING_EXPECTED,
    overrides: new Map(),
    response: null,
  });
});

test('tests - bodies are text or Base64, and overrides say what differs', () => {
  const read = ftwTest({
    raw_b64: 'AAE=',
    expect_ids: [1],
    request: { body: 'ignored', body_b64: '/w==' },
    response: { status: 500, headers: [['A', 'b']], body: 'é' },
    overrides: {
      one: { output: { status: 400 } },
      two: { output: { log: { no_expect_ids: [1], match_regex: 'x' } } },
      three: { output: null },
    },
  });
  expect(read.raw).toEqual(Buffer.from([0, 1]));
  expect(read.request.body).toEqual(Buffer.from([0xff]));
  expect(read.response).toEqual({ status: 500, headers: [['A', 'b']], body: Buffer.from('é') });
  expect([...read.overrides]).toEqual([
    ['one', { ...NOTHING_EXPECTED, status: 400 }],
    ['two', { ...NOTHING_EXPECTED, noExpectIds: [1], matchRegex: 'x' }],
    ['three', NOTHING_EXPECTED],
  ]);
});

test('tests - a file is plain or gzipped, and empty lines are passed over', () => {
  const text = '{"test_id":"a"}\n\n{"test_id":"b"}\n';
  for (const bytes of [Buffer.from(text), gzipSync(text)]) {
    expect(readFtwTests(bytes).map(({ testId }) => testId)).toEqual(['a', 'b']);
  }
});

test('tests - a line that is no test is refused with its number', () => {
  for (const line of ['{', '1', 'null', '{"id":"a"}']) {
    const read = () => readFtwTests(Buffer.from(`{"test_id":"a"}\n${line}`));
    expect(read, line).toThrow(/^line 2 /);
    expect(read, line).toThrow(expect.objectContaining({ code: 'WAF_ERR_FTW_TEST' }));
  }
});
