import { expect, test } from 'vitest';
import { PROGRAM_BASE } from '../../../src/config/layout.gen.ts';
import { configOf, instanceOf, programOf, requestOf, ruleOf } from '../../reference/engine.ts';

const PAGE = 65_536;

/** A config whose program is `bytes` longer than that with the shortest filler, give or take a few. */
function configWith(bytes: number) {
  const filler = Array.from({ length: Math.ceil(bytes / 900) }, (_, i) =>
    `${i}-`.padEnd(Math.min(900, bytes - i * 900 + 4), 'f'),
  );
  const value = ['needle', ...filler];
  return configOf([ruleOf('r', { target: ['path'], op: 'in', value })]);
}

test('a program that ends where the memory ends - is loaded and judges', () => {
  const rest = (bytes: number) => {
    const end = PROGRAM_BASE + programOf(configWith(bytes)).program.length;
    return (PAGE - (end % PAGE)) % PAGE;
  };
  let bytes = 8;
  for (let i = 0; i < 40 && rest(bytes) > 16; i++)
    bytes += Math.max(8, Math.floor(rest(bytes) * 0.9));
  expect(rest(bytes)).toBeLessThanOrEqual(16);
  const instance = instanceOf(configWith(bytes));
  instance.inspect(requestOf({ uri: 'needle' }));
  expect(instance.explain().matches.map(({ rule }) => rule)).toEqual(['r']);
});
