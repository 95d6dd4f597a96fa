import fc from 'fast-check';

/** What transforms look for, whole and broken off. */
const PIECES = [
  ...['%', '%4', '%41', '%zz', '%u', '%u00', '%u0041', '%uff1c', '%UFF5E', '%u1f6', '+'],
  ...['\\', '\\u', '\\u003c', '\\uFF1E', '\\x', '\\x3', '\\x3C', '\\X3c', '\\0', '\\12', '\\377'],
  ...[
    '\\400',
    '\\777',
    '\\8',
    '\\n',
    '\\v',
    '\\c',
    '\\\\',
    '\\\n',
    '\\3c ',
    '\\00ff1c\t',
    '\\10ff1c',
  ],
  ...['&', '&#', '&#x', '&#60', '&#x3C;', '&lt', '&GT;', '&amp;', '&quot;', '&nbsp', '&ltd', ';'],
  ...['9223372036854775807', '9223372036854775808', '7fffffffffffffff', '8000000000000000'],
  ...['/', '//', '/.', '/./', '/..', '/../', '..', '.', '\\..\\', '/...', 'a..'],
  ...['/*', '*/', '/*/', '<!--', '<!-', '-->', '--', '-', '#', '*', '<', '!', '>'],
  ...[
    ' ',
    '  ',
    '\t',
    '\r\n',
    '\v',
    '\f',
    '\xa0',
    '\x85',
    '\0',
    ',',
    '(',
    '"',
    "'",
    '^',
    ' /',
    ' (',
  ],
  ...['0', '0x', '0X41', '0x4', '0x414', 'x', '41', 'ff', 'FF', 'g'],
  ...['QUJD', 'QUJ', '=', '==', '_-', '+/'],
  ...[
    '\xc3\xa9',
    '\xe2\x82\xac',
    '\xf0\x9f\x98\x80',
    '\xc0\xaf',
    '\xed\xa0\x80',
    '\xf4\xbf\xbf\xbf',
  ],
  ...['\xf5\x80\x80\x80', '\xc3', '\xe2\x82', '\xf0\x9f\x98', '\x80', '\xff'],
  ...['hello world', 'SELECT', 'abcdefgh', 'AbCdEfGhI', 'script', '1234567'],
];

/** Any bytes, one character each. */
const BYTES = fc.uint8Array({ maxLength: 40 }).map((a) => Buffer.from(a).toString('latin1'));

/** Values that lead transforms into every corner: pieces of what they decode, and bytes between them. */
export const TRANSFORM_INPUT: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map(join) },
  {
    weight: 2,
    arbitrary: fc.array(fc.oneof(fc.constantFrom(...PIECES), BYTES), { maxLength: 8 }).map(join),
  },
  { weight: 1, arbitrary: BYTES },
  // One piece again and again, at any offset from the words of eight bytes.
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(9), fc.constantFrom(...PIECES), fc.integer({ min: 1, max: 30 }))
      .map(([offset, piece, times]) => 'a'.repeat(offset) + piece.repeat(times)),
  },
);

function join(parts: readonly string[]): string {
  return parts.join('');
}
