import { describe, expect, test } from 'vitest';
import { REQUEST_MAX_BODY_BYTES, REQUEST_MAX_HEADERS } from '../../../src/config/layout.gen.ts';
import { requestOf } from '../../reference/engine.ts';
import { RequestReader } from '../../reference/request-reader.ts';

const whole = new RequestReader();
const FORM = 'application/x-www-form-urlencoded';

describe('responses', () => {
  const response = { status: 404, headers: ['Server', 'x'], body: Buffer.from('gone') };

  test('fields - are those of the request but for its body, and of the response', () => {
    const { fields, isTruncated } = whole.read(
      requestOf({ headers: ['Content-Type', FORM], body: Buffer.from('a=1'), response }),
    );
    expect(fields.map(({ family, text }) => `${family} ${text}`)).toEqual([
      `headers ${FORM}`,
      'response.headers x',
      'method GET',
      'version HTTP/1.1',
      'client.ip 192.0.2.7',
      'request.line GET / HTTP/1.1',
      'response.status 404',
      'response.body gone',
      'uri /',
      'path /',
    ]);
    expect(isTruncated).toBe(false);
  });

  test('limits - what is too much of headers and body is left out', () => {
    const headers = Array.from({ length: REQUEST_MAX_HEADERS + 9 }, () => ['x', 'y']).flat();
    const body = new Uint8Array(REQUEST_MAX_BODY_BYTES + 9).fill(0x61);
    for (const part of [{ headers }, { body }]) {
      const { fields, isTruncated } = whole.read(requestOf({ response: { ...response, ...part } }));
      const of = (name: string) => fields.filter(({ family }) => family === name);
      expect(isTruncated).toBe(true);
      expect(of('response.headers').length).toBe('headers' in part ? REQUEST_MAX_HEADERS : 1);
      expect(of('response.body')[0]!.text.length).toBe('body' in part ? REQUEST_MAX_BODY_BYTES : 4);
    }
  });

  test('JSON - members of other types and a status of other lengths are left out', () => {
    const read = (answer: unknown) =>
      whole
        .readBytes(Buffer.from(JSON.stringify({ response: answer })))!
        .fields.map(({ family, name, text }) => `${family} ${name}=${text}`);
    expect(
      read({ status: 200, headers: { a: ['b', 'c'] }, body: 'd', more: { body: 'e' } }),
    ).toEqual([
      'response.headers a=b',
      'response.headers a=c',
      'response.status =200',
      'response.body =d',
    ]);
    expect(read({ status: 99, headers: 7, body: null })).toEqual([]);
    expect(read({ status: '200', response: { status: 200 }, uri: '/x' })).toEqual([]);
    expect(read('200')).toContain('args.combined_size =0');
  });

  test('records - a response that leaves the record, or bytes behind it, are refused', () => {
    const record = whole.encode(requestOf({ response }));
    const at = record.length - 'gone'.length - 'Serverx'.length - 8 - 12;
    expect(record.readUInt32LE(at)).toBe(404);
    expect(whole.readBytes(record)).not.toBeNull();
    for (const [place, value] of [
      [at + 4, 2],
      [at + 4, 0xffff_ffff],
      [at + 4, 0x2000_0000],
      [at + 8, 5],
      [at + 8, 3],
      [at + 12, 0xffff_fff9],
      [at + 16, 2],
    ] as const) {
      const copy = Buffer.from(record);
      copy.writeUInt32LE(value, place);
      expect([place - at, value, whole.readBytes(copy)]).toEqual([place - at, value, null]);
    }
    expect(whole.readBytes(record.subarray(0, at + 3))).toBeNull();
  });
});
