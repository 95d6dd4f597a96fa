import fc from 'fast-check';

/** Few letters, so that texts overlap, repeat and contain each other. */
const LETTERS = [
  'a',
  'b',
  'A',
  'B',
  'ab',
  'aa',
  '/',
  '.',
  '..',
  '%61',
  '%u0061',
  '+',
  ' ',
  '*',
  '=',
  '1',
  'abba',
  '%41',
];
export const text = (maxLength: number) =>
  fc.array(fc.constantFrom(...LETTERS), { maxLength }).map((parts) => parts.join(''));
export const someText = (maxLength: number) => text(maxLength).filter((value) => value !== '');
export const name = fc.constantFrom('a', 'b', 'A', 'ab', 'x-a');
export const address = fc.constantFrom(
  '10.0.0.1',
  '10.1.255.255',
  '192.0.2.7',
  '255.255.255.255',
  '::1',
  '2001:db8::1',
  '2001:db8:0:1::ffff',
  '::ffff:10.0.0.1',
  'fe80::1',
  'unknown',
);
