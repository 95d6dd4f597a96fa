import type { ByteText } from './byte-text.ts';
import { compileRegex, type RegexOptions, type RegexResult } from './regex/compile-regex.ts';

/**
 * What a regular expression compiles to depends on nothing else, so it is kept: a rule set that changed
 * in one rule compiles one expression. The oldest is forgotten when there are too many.
 */
const known = new Map<string, RegexResult>();
const MOST = 20_000;

export function cachedRegex(source: ByteText, options: RegexOptions): RegexResult {
  const key = `${options.ignoreCase ? 'i' : ''}${options.lowercased === true ? 'l' : ''}/${source}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const result = compileRegex(source, options);
  if (known.size >= MOST) known.delete(known.keys().next().value!);
  known.set(key, result);
  return result;
}
