import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { packagePath } from '../../../../src/config/package-root.ts';

const RULES = packagePath('..', 'shared', 'crs', 'rules');

/** One `@rx` of the Core Rule Set, as bytes. */
export interface CrsExpression {
  readonly rule: string;
  readonly source: string;
}

/** Every `@rx` of the Core Rule Set beside the project; null where it is not there. */
export function crsExpressions(): readonly CrsExpression[] | null {
  if (!existsSync(RULES)) return null;
  const files = readdirSync(RULES).filter((name) => name.endsWith('.conf'));
  return files.sort().flatMap((name) => expressionsOf(readFileSync(`${RULES}/${name}`, 'latin1')));
}

function expressionsOf(text: string): CrsExpression[] {
  const expressions: CrsExpression[] = [];
  const joined = text.replace(/^\s*#.*$/gm, '').replace(/\\\r?\n\s*/g, ' ');
  const rule = /^\s*SecRule\s+(?:"[^"]*"|\S+)\s+"!?@rx\s+((?:[^"\\]|\\[\s\S])*)"(.*)$/gm;
  for (const [, quoted, rest] of joined.matchAll(rule)) {
    const id = /\bid:(\d+)/.exec(rest!)?.[1] ?? 'chained';
    expressions.push({ rule: id, source: quoted!.replaceAll('\\"', '"') });
  }
  return expressions;
}
