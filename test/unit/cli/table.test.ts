import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { renderTable } from '../../../src/cli/table.ts';

test('table - columns are as wide as their widest cell and lines have no trailing blanks', () => {
  const table = renderTable(['id', 'state'], [['long-name', 'ok'], ['x']]);
  expect(table).toBe('ID         STATE\nlong-name  ok\nx');
});

test('table - colours and wide characters do not shift columns', () => {
  const table = renderTable(
    ['a', 'b'],
    [
      ['\u001b[32mgrün\u001b[39m', '1'],
      ['plain', '2'],
    ],
  );
  expect(stripVTControlCharacters(table).split('\n')).toEqual(['A      B', 'grün   1', 'plain  2']);
});
