import { describe, expect, test } from 'vitest';
import { harEntries } from '../../../src/evaluation/har-entries.ts';
import { readLines } from '../../../src/evaluation/read-lines.ts';
import { header, readAll, stream } from './recordings.ts';

const LABELLED = JSON.stringify({
  ...{ id: 'a-1', label: 'attack', category: 'sqli', source: 'lists', ctx: 'form' },
  request: {
    ...{ method: 'POST', uri: '/s?q=é', version: 'HTTP/1.1' },
    ...{ headers: [['Host', 'a.example']], body: 'p=ü' },
  },
});

describe('JSON lines', () => {
  test('a labelled request keeps its label, and text becomes UTF-8 bytes', async () => {
    const { requests, bad } = await readAll(stream(`${LABELLED}\n`));
    expect(bad).toEqual([]);
    expect(requests).toMatchObject([
      {
        id: 'a-1',
        label: 'attack',
        category: 'sqli',
        source: 'lists',
        request: { method: 'POST' },
      },
    ]);
    const [first] = requests;
    expect(first!.request.uri).toBe('/s?q=Ã©');
    expect(Buffer.from(first!.request.body!).toString('utf8')).toBe('p=ü');
    expect(header(first!, 'content-length')).toBe('4');
  });

  test('the request may stand alone, with headers as an object and a body in base64', async () => {
    const line = { method: 'PUT', uri: '/', headers: { Host: 'b' }, body_b64: 'AP8=' };
    const { requests } = await readAll(stream(JSON.stringify(line)));
    expect([...requests[0]!.request.body!]).toEqual([0, 255]);
    expect(requests[0]).toMatchObject({
      id: '#1',
      request: { headers: ['Host', 'b', 'Content-Length', '2'] },
    });
  });

  test('a traffic event of a node is read byte for byte', async () => {
    const event = {
      ...{ v: 1, id: 'r-1', node_id: 'node-1', at: 1000, source_ip: '198.51.100.7', method: 'GET' },
      ...{ uri: '/Ã©', version: 'HTTP/1.1', headers: [['Host', 'a']], body: 'aGk=', status: 403 },
      missing: ['headers[cookie]'],
    };
    const { requests } = await readAll(stream(JSON.stringify(event)));
    expect(requests[0]).toMatchObject({
      ...{ id: 'r-1', at: 1000, source: 'node-1', status: 403, missing: ['headers[cookie]'] },
      request: { uri: '/Ã©', sourceIp: '198.51.100.7' },
    });
    expect(Buffer.from(requests[0]!.request.body!).toString()).toBe('hi');
  });

  test('bad lines are left out and named by line number', async () => {
    const lines = [LABELLED, '{"id":1', '', '[]', '{"request":{"method":"GET"}}', LABELLED];
    const { requests, bad } = await readAll(stream(lines.join('\n')));
    expect(requests).toHaveLength(2);
    expect(bad).toEqual([
      { number: 2, reason: 'it is no JSON' },
      { number: 4, reason: 'it is no object' },
      { number: 5, reason: 'uri is missing' },
    ]);
  });

  test('a line that is too long is left out and the next one is read', async () => {
    const { requests, bad } = await readAll(stream(`{"x":"${'y'.repeat(5000)}"}\n${LABELLED}`), {
      maxRecordBytes: 1000,
    });
    expect([requests.length, bad]).toEqual([1, [{ number: 1, reason: 'it is too long' }]]);
  });
});

describe('access logs', () => {
  const COMMON = '192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326';
  const COMBINED = `${COMMON} "http://a.example/\\"q\\"" "Agent \\x22x\\x22"`;

  test('a line of Common Log Format is a request without body', async () => {
    const { requests } = await readAll(stream(COMMON));
    expect(requests).toMatchObject([
      { id: '#1', status: 200, at: Date.UTC(2000, 9, 10, 20, 55, 36) },
    ]);
    expect(requests[0]!.request).toMatchObject({
      ...{ method: 'GET', uri: '/a.gif', version: 'HTTP/1.0', sourceIp: '192.0.2.7', body: null },
      headers: ['Host', 'localhost'],
    });
    expect(requests[0]!.missing).toContain('body.raw');
  });

  test('Combined adds referer and agent, with their escapes undone', async () => {
    const { requests } = await readAll(stream(`www.example.org:443 ${COMBINED}\n`));
    expect(requests[0]!.request.headers).toEqual([
      ...['Host', 'www.example.org:443'],
      ...['User-Agent', 'Agent "x"', 'Referer', 'http://a.example/"q"'],
    ]);
  });

  test('lines without a request are named', async () => {
    const dash = COMMON.replace('GET /a.gif HTTP/1.0', '-');
    const { requests, bad } = await readAll(stream([COMMON, dash, 'nonsense'].join('\n')));
    expect(requests).toHaveLength(1);
    expect(bad.map(({ number }) => number)).toEqual([2, 3]);
  });
});

describe('HAR', () => {
  const entry = (url: string, more: object = {}) => ({
    startedDateTime: '2026-01-02T03:04:05.000Z',
    request: {
      method: 'GET',
      url,
      httpVersion: 'h2',
      headers: [{ name: ':path', value: '/' }],
      ...more,
    },
    response: { status: 204, content: { text: 'a "}]} b' } },
  });
  const har = JSON.stringify({
    log: {
      ...{ version: '1.2', creator: { name: 'entries' }, pages: [{ id: 'x', entries: [{}] }] },
      entries: [
        entry('https://u:p@a.example/x?y=%27#z'),
        entry('https://a.example', {
          method: 'POST',
          postData: { params: [{ name: 'a', value: 'b c' }] },
        }),
        entry('nonsense'),
      ],
    },
  });

  test('entries become requests, and nothing else of the file does', async () => {
    const { requests, bad } = await readAll(stream(har));
    expect(bad).toEqual([{ number: 3, reason: 'request.url is no URL' }]);
    expect(requests.map(({ request }) => request)).toMatchObject([
      { method: 'GET', uri: '/x?y=%27', version: 'HTTP/2.0', headers: ['Host', 'a.example'] },
      { method: 'POST', uri: '/', headers: ['Host', 'a.example', 'Content-Length', '5'] },
    ]);
    expect(Buffer.from(requests[1]!.request.body!).toString()).toBe('a=b+c');
    expect(requests[0]).toMatchObject({ status: 204, at: Date.UTC(2026, 0, 2, 3, 4, 5) });
  });

  test('an entry that is too long is left out', async () => {
    const { requests, bad } = await readAll(stream(har), { maxRecordBytes: 240 });
    expect(requests.length + bad.length).toBe(3);
    expect(bad).toContainEqual({ number: 2, reason: 'it is too long' });
  });
});

/** What a reader of chunks hands out, as text, for a text in chunks of `size` bytes. */
async function inChunks<T>(
  text: string,
  size: number,
  read: (chunks: AsyncIterable<Buffer>) => AsyncIterable<T>,
): Promise<T[]> {
  const found: T[] = [];
  for await (const each of read(stream(text, size))) found.push(each);
  return found;
}

const ENTRIES = ['{"a":"\\\\\\"}{"}', '{}', '{"b":[{"c":{}},"]"]}', '{"d":"\\u007d"}'];

test('recordings - however a text is cut into chunks, lines and entries are the same', async () => {
  const har = `{"x":[{"entries":[{}]}],"log":{"entries":[${ENTRIES.join(' ,\n')}],"y":[{}]}}`;
  const log = 'one\r\n\ntwo\nthree';
  for (let size = 1; size <= har.length; size++) {
    const entries = await inChunks(har, size, (chunks) => harEntries(chunks, 100));
    expect(entries.map(String)).toEqual(ENTRIES);
    const short = await inChunks(har, size, (chunks) => harEntries(chunks, 14));
    expect(short.map((entry) => entry === null)).toEqual(ENTRIES.map(({ length }) => length > 14));
    const lines = await inChunks(log, size, (chunks) => readLines(chunks, 100));
    expect(lines.map(({ number, bytes }) => `${number} ${bytes}`)).toEqual([
      ...['1 one', '2 ', '3 two', '4 three'],
    ]);
  }
});

test('recordings - longer than what the format is told by, plain or gzip, they are read to the end', async () => {
  const line = (n: number) => JSON.stringify({ id: n, request: { method: 'GET', uri: `/${n}` } });
  const text = Array.from({ length: 5000 }, (_, n) => `${line(n)}\n`).join('');
  for (const gzip of [false, true]) {
    const { requests, bad } = await readAll(stream(text, 1000, gzip));
    expect([requests.length, requests.at(-1)?.id, bad]).toEqual([5000, '4999', []]);
  }
});

test('recordings - what cannot be read is an error with a code', async () => {
  const code = async (promise: Promise<unknown>) =>
    promise.then(
      () => null,
      (error: { code: string }) => error.code,
    );
  expect(await code(readAll('/nowhere/at/all'))).toBe('WAF_ERR_EVALUATION_RECORDING');
  expect(await code(readAll(stream(Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7]))))).toBe(
    'WAF_ERR_EVALUATION_RECORDING',
  );
  expect(await code(readAll(stream('<html>')))).toBe('WAF_ERR_EVALUATION_FORMAT');
  expect((await readAll(stream(''))).requests).toEqual([]);
});
