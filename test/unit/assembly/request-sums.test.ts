import { describe, expect, test } from 'vitest';
import { REQUEST_MAX_VALUES } from '../../../src/config/layout.gen.ts';
import type { InspectionRequest } from '../../../src/engine/verdict.ts';
import { requestOf } from '../../reference/engine.ts';
import { RequestReader } from '../../reference/request-reader.ts';

const whole = new RequestReader();
const FORM = 'application/x-www-form-urlencoded';
const PARTS = 'multipart/form-data; boundary=B';
const disposition = (rest: string) => `--B\r\nContent-Disposition: form-data; ${rest}\r\n\r\n`;
const withBody = (type: string, body: string) =>
  requestOf({ headers: ['Content-Type', type], body: Buffer.from(body, 'latin1') });

describe('sums', () => {
  const sums = (request: InspectionRequest) =>
    whole
      .read(request)
      .fields.filter(({ family }) => family.endsWith('.combined_size'))
      .map(({ text }) => text);

  const SIZES: readonly [name: string, request: InspectionRequest, args: string, files: string][] =
    [
      ['nothing', requestOf(), '0', '0'],
      ['a query', requestOf({ uri: '/a?id=%41+b&x' }), '6', '0'],
      ['a form', withBody(FORM, 'a=1&bb=%20%20'), '6', '0'],
      ['JSON by pointers', withBody('application/json', '{"a":{"b":"cd"}}'), '6', '0'],
      [
        'parts',
        withBody(
          PARTS,
          `${disposition('name="ab"')}cde\r\n${disposition('name=f; filename=g')}hi\r\n--B--`,
        ),
        '5',
        '2',
      ],
      [
        'a file of one name',
        withBody(PARTS, `${disposition("filename*=u''g")}hij\r\n--B--`),
        '3',
        '3',
      ],
      ['a body of no format', withBody('text/plain', 'a=1'), '0', '0'],
    ];

  test.each(SIZES)('%s - are counted', (_, request, args, files) => {
    expect(sums(request)).toEqual([args, files]);
  });

  test('count - every case ran', () => {
    expect(SIZES).toHaveLength(7);
  });

  test('flood - the sums are there, of the values that are', () => {
    const [args] = sums(withBody(FORM, 'a=b&'.repeat(3 * REQUEST_MAX_VALUES)));
    expect(Number(args)).toBeGreaterThan(REQUEST_MAX_VALUES);
    expect(Number(args)).toBeLessThanOrEqual(2 * REQUEST_MAX_VALUES);
  });
});
