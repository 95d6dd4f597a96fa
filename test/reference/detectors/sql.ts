import { readFileSync } from 'node:fs';
import { packagePath } from '../../../src/config/package-root.ts';
import { foldSql } from './sql-fold.ts';
import { sqlTokens } from './sql-tokens.ts';

const { marks, patterns, shapes } = JSON.parse(
  readFileSync(packagePath('schemas', 'detectors', 'sql-shapes.json'), 'utf8'),
) as {
  readonly marks: string;
  readonly patterns: Readonly<Record<string, string>>;
  readonly shapes: Readonly<Record<string, readonly string[]>>;
};

/** One expression per shape; `$` in a shape is the letter that ends a whole stream. */
export const SHAPES = Object.entries(shapes).flatMap(([name, list]) =>
  list.map((shape) => ({ name, shape, test: new RegExp(`^(?:${expand(shape)})`) })),
);

function expand(shape: string): string {
  return shape.includes('{')
    ? expand(shape.replace(/\{(\w+)\}/g, (_, name: string) => `(?:${patterns[name]!})`))
    : shape.replaceAll('$', '\\$');
}

/** Whether a text would change the SQL statement that it is put into: the obvious form of `is_sqli`. */
export function isSqli(text: string): boolean {
  if (![...marks].some((mark) => text.includes(mark))) return false;
  return sqlFingerprints(text).some((print) => SHAPES.some(({ test }) => test.test(print)));
}

/** The folded streams of a text: as it is, and within the quotes that occur in it. */
export function sqlFingerprints(text: string): readonly string[] {
  const quotes = ['', ...[`'`, '"'].filter((quote) => text.includes(quote))];
  return quotes.map((quote) => foldSql(sqlTokens(text, quote)));
}
