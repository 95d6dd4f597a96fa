import { describe, expect, test } from 'vitest';
import type { Leaf } from '../../../src/rules/model.ts';
import { configOf, instanceOf, requestOf, ruleOf } from '../../reference/engine.ts';
import { TRANSFORMS } from '../../reference/transforms.ts';

/** Written out by hand; 15, 16 and 17 bytes are where a vectorised form would change its ways. */
const CASES: readonly [transform: string, input: string, output: string][] = [
  ['lowercase', 'AZ[@`az{', 'az[@`az{'],
  ['lowercase', 'aaaaaaaaaaaaaaA', 'aaaaaaaaaaaaaaa'],
  ['lowercase', 'aaaaaaaaaaaaaaaA', 'aaaaaaaaaaaaaaaa'],
  ['lowercase', 'aaaaaaaaaaaaaaaaA', 'aaaaaaaaaaaaaaaaa'],
  ['uppercase', 'az{`AZ[', 'AZ{`AZ['],
  ['uppercase', 'é', 'é'],
  ['trim', ' \t\r\n\v\fa b \n', 'a b'],
  ['trim', ' \n', ''],
  ['trim', 'a', 'a'],
  ['url_decode', '%41%2f%2F+%', 'A// %'],
  ['url_decode', '%4%4g%%41', '%4%4g%A'],
  ['url_decode', '%2541', '%41'],
  ['url_decode_uni', '%u0041%u00e9', 'A\xe9'],
  ['url_decode_uni', '%uff1cscript%uFF1E', '<script>'],
  ['url_decode_uni', '%u004%u+%41', '%u004%u A'],
  ['compress_whitespace', 'a \t\n b\xa0c', 'a b c'],
  ['compress_whitespace', 'a b', 'a b'],
  ['remove_whitespace', ' a\t\xa0b\n', 'ab'],
  ['remove_nulls', '\0a\0\0b\0', 'ab'],
  ['normalize_path', '/a/./b//c', '/a/b/c'],
  ['normalize_path', '/a/../../etc/passwd', '/etc/passwd'],
  ['normalize_path', 'a/../../b', '../b'],
  ['normalize_path', '../../a/../', '../../'],
  ['normalize_path', '/a/b/..', '/a'],
  ['normalize_path', './', ''],
  ['normalize_path', '//', '/'],
  ['normalize_path', '/...', '/...'],
];

/** The engine shows a transformed value only by matching it. */
function equalsAfter(transform: string, input: string, output: string): boolean {
  const value = output;
  const leaf: Leaf = { target: ['headers[x]'], transforms: [transform], op: 'equals', value };
  const bytes = Buffer.from(output, 'latin1');
  const isAscii = bytes.every((byte) => byte < 0x80);
  const when: Leaf = isAscii ? leaf : { ...leaf, op: 'length', value: { eq: bytes.length } };
  const instance = instanceOf(configOf([ruleOf('r', when)]));
  return instance.inspect(requestOf({ headers: ['X', input] })) === 1;
}

describe('transforms', () => {
  test.each(CASES)('%s - %j becomes %j', (transform, input, output) => {
    expect(TRANSFORMS[transform]!(input)).toBe(output);
    expect(equalsAfter(transform, input, output)).toBe(true);
    if (output !== input) expect(equalsAfter(transform, input, input)).toBe(false);
  });

  test('count - every case ran, and every transform has one', () => {
    expect(CASES).toHaveLength(27);
    expect(new Set(CASES.map(([name]) => name))).toEqual(new Set(Object.keys(TRANSFORMS)));
  });
});
