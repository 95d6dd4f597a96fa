import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResponseHead } from '../../../src/node/proxy/response-head.ts';
import { ResponseParser } from '../../../src/node/proxy/response-parser.ts';

interface Parsed {
  head: ResponseHead | null;
  body: string;
  pieces: number;
  /** null: the end has not come. */
  clean: boolean | null;
}

/** Feeds a response in the given pieces; `closed`: the connection ends behind them. */
function parse(pieces: readonly string[], method = 'GET', closed = false): Parsed {
  const parsed: Parsed = { head: null, body: '', pieces: 0, clean: null };
  const take = (data: Buffer) => {
    parsed.body += data.toString('latin1');
    parsed.pieces += 1;
  };
  const parser = new ResponseParser(method, {
    onHead: (head) => {
      expect(parsed.head).toBeNull();
      parsed.head = head;
    },
    onData: take,
    onEnd: (last, clean) => {
      expect(parsed.clean).toBeNull();
      if (last !== null) take(last);
      parsed.clean = clean;
    },
  });
  for (const piece of pieces) parser.execute(Buffer.from(piece, 'latin1'));
  if (closed) parser.end();
  return parsed;
}

const OK = 'HTTP/1.1 200 OK\r\n';

const good: readonly {
  name: string;
  wire: string;
  method?: string;
  closed?: boolean;
  status?: number;
  body: string;
  clean: boolean | null;
  keepAlive: boolean;
}[] = [
  {
    name: 'a length',
    wire: `${OK}Content-Length: 2\r\n\r\nok`,
    body: 'ok',
    clean: true,
    keepAlive: true,
  },
  {
    name: 'no body',
    wire: `${OK}Content-Length: 0\r\n\r\n`,
    body: '',
    clean: true,
    keepAlive: true,
  },
  {
    name: 'chunks, extensions and trailers',
    wire: `${OK}Transfer-Encoding: Chunked\r\n\r\n2;a="b"\r\nok\r\nA \r\n0123456789\r\n000\r\nX: 1\r\nY:\r\n\r\n`,
    body: 'ok0123456789',
    clean: true,
    keepAlive: true,
  },
  {
    name: 'until the end',
    wire: `${OK}\r\nok`,
    closed: true,
    body: 'ok',
    clean: false,
    keepAlive: false,
  },
  {
    name: 'until an end that has not come',
    wire: `${OK}\r\nok`,
    body: 'ok',
    clean: null,
    keepAlive: false,
  },
  {
    name: 'HEAD',
    wire: `${OK}Content-Length: 9\r\n\r\n`,
    method: 'HEAD',
    body: '',
    clean: true,
    keepAlive: true,
  },
  {
    name: '204',
    wire: 'HTTP/1.1 204 \r\n\r\n',
    status: 204,
    body: '',
    clean: true,
    keepAlive: true,
  },
  {
    name: '304 with a length',
    wire: 'HTTP/1.1 304\r\nContent-Length: 9\r\n\r\n',
    status: 304,
    body: '',
    clean: true,
    keepAlive: true,
  },
  {
    name: '1xx before it',
    wire: `HTTP/1.1 103 Early\r\nLink: a\r\n\r\n${OK}Content-Length: 1\r\n\r\nx`,
    body: 'x',
    clean: true,
    keepAlive: true,
  },
  {
    name: 'bytes behind a length',
    wire: `${OK}Content-Length: 1\r\n\r\nxHTTP/1.1`,
    body: 'x',
    clean: false,
    keepAlive: true,
  },
  {
    name: 'bytes behind the chunks',
    wire: `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP`,
    body: '',
    clean: false,
    keepAlive: true,
  },
  {
    name: 'a body to HEAD',
    wire: `${OK}Content-Length: 1\r\n\r\nx`,
    method: 'HEAD',
    body: '',
    clean: false,
    keepAlive: true,
  },
  {
    name: 'Connection: close',
    wire: `${OK}Content-Length: 1\r\nConnection: x, Close\r\n\r\nx`,
    body: 'x',
    clean: true,
    keepAlive: false,
  },
  {
    name: 'HTTP/1.0',
    wire: 'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx',
    body: 'x',
    clean: true,
    keepAlive: false,
  },
];

const chunked = (body: string) => `${OK}Transfer-Encoding: chunked\r\n\r\n${body}`;

const bad: readonly { name: string; wire: string }[] = [
  { name: 'not HTTP', wire: 'hello\r\n\r\n' },
  { name: 'HTTP/2', wire: 'HTTP/2 200 OK\r\n\r\n' },
  { name: 'a status of two digits', wire: 'HTTP/1.1 20 OK\r\n\r\n' },
  { name: 'a status above 599', wire: 'HTTP/1.1 600 OK\r\n\r\n' },
  { name: 'two lengths', wire: `${OK}Content-Length: 1\r\nContent-Length: 1\r\n\r\n` },
  { name: 'a list of lengths', wire: `${OK}Content-Length: 1, 1\r\n\r\n` },
  { name: 'a signed length', wire: `${OK}Content-Length: +1\r\n\r\n` },
  { name: 'an empty length', wire: `${OK}Content-Length:\r\n\r\n` },
  { name: 'a length beyond counting', wire: `${OK}Content-Length: 9999999999999999\r\n\r\n` },
  { name: 'both framings', wire: `${OK}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n` },
  { name: 'another coding', wire: `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n` },
  {
    name: 'two codings',
    wire: `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`,
  },
  { name: 'a blank before the colon', wire: `${OK}Content-Length : 1\r\n\r\n` },
  { name: 'a folded line', wire: `${OK}X: 1\r\n folded\r\n\r\n` },
  { name: 'a bare line feed', wire: `${OK}X: 1\nY: 2\r\n\r\n` },
  { name: 'a bare carriage return', wire: `${OK}X: 1\rY: 2\r\n\r\n` },
  { name: 'a NUL', wire: `${OK}X: \0\r\n\r\n` },
  { name: 'a line without a name', wire: `${OK}: 1\r\n\r\n` },
  { name: 'a line without a colon', wire: `${OK}abc\r\n\r\n` },
  { name: 'switched protocols', wire: 'HTTP/1.1 101 Go\r\n\r\n' },
  { name: 'endless 1xx', wire: 'HTTP/1.1 100 C\r\n\r\n'.repeat(17) },
  { name: 'a head too large', wire: `${OK}X: ${'x'.repeat(66_000)}` },
  { name: 'a chunk without a size', wire: chunked('\r\n') },
  { name: 'a chunk with a prefix', wire: chunked('0x2\r\nok\r\n') },
  { name: 'a negative chunk', wire: chunked('-1\r\n') },
  { name: 'a chunk beyond counting', wire: chunked('100000000000\r\n') },
  { name: 'a chunk longer than it says', wire: chunked('1\r\nok\r\n') },
  { name: 'a size that ends in a line feed', wire: chunked('1\nx\r\n') },
  { name: 'an extension that ends in a line feed', wire: chunked('1;a\nx\r\n') },
  { name: 'a trailer that ends in a line feed', wire: chunked('0\r\nX: 1\n\r\n') },
  { name: 'a body that ends in a line feed', wire: chunked('0\r\n\n') },
  { name: 'endless trailers', wire: chunked(`0\r\n${'X: 1\r\n'.repeat(5_000)}`) },
];

describe('response parser', () => {
  it.each(good)('upstream response - $name is read', (one) => {
    const parsed = parse([one.wire], one.method, one.closed);
    expect(parsed).toMatchObject({ body: one.body, clean: one.clean });
    expect(parsed.head).toMatchObject({ status: one.status ?? 200, keepAlive: one.keepAlive });
  });

  it.each(good)('upstream response - $name is the same byte by byte', (one) => {
    const whole = parse([one.wire], one.method, one.closed);
    const bytes = parse([...one.wire], one.method, one.closed);
    // What comes behind a response in a later piece is its reader's to notice.
    expect({ ...bytes, pieces: 0, clean: 0 }).toEqual({ ...whole, pieces: 0, clean: 0 });
  });

  it.each(bad)('upstream response - $name is refused', ({ wire }) => {
    const malformed = expect.objectContaining({ code: 'UPSTREAM_MALFORMED' });
    expect(() => parse([wire])).toThrow(malformed);
    expect(() => parse([...wire])).toThrow(malformed);
  });

  it('upstream response - every case ran', () => {
    expect([good.length, bad.length]).toEqual([14, 32]);
  });

  it('upstream response - values are trimmed of blanks, names and the rest kept', () => {
    const { head } = parse([`${OK}sEt-CooKie: \t a=\xe9; b \t\r\nX:\r\nContent-Length: 0\r\n\r\n`]);
    expect(head!.headers).toEqual(['sEt-CooKie', 'a=\xe9; b', 'X', '', 'Content-Length', '0']);
  });

  it('upstream response - says how long an idle connection lives', () => {
    const { head } = parse([`${OK}Keep-Alive: max=9, timeout=5\r\nContent-Length: 0\r\n\r\n`]);
    expect(head!.idleMs).toBe(5000);
  });

  it('upstream response - a chunked body that came at once goes on in one piece a chunk', () => {
    const { body, pieces } = parse([chunked('2\r\nok\r\n0\r\n\r\n')]);
    expect({ body, pieces }).toEqual({ body: 'ok', pieces: 1 });
  });

  it('upstream response - any body in any chunks and any pieces arrives as it is', () => {
    const bodies = fc.array(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 }));
    const cuts = fc.array(fc.nat(1_000), { maxLength: 12 });
    fc.assert(
      fc.property(bodies, cuts, (chunks, at) => {
        const wire = chunked(
          `${chunks.map((one) => `${one.length.toString(16)}\r\n${one}\r\n`).join('')}0\r\n\r\n`,
        );
        const places = [0, ...at.filter((one) => one < wire.length), wire.length];
        places.sort((a, b) => a - b);
        const pieces = places.slice(1).map((end, i) => wire.slice(places[i], end));
        expect(parse(pieces)).toMatchObject({ body: chunks.join(''), clean: true });
      }),
    );
  });
});
