import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { compileRegex } from '../../../../src/compiler/regex/compile-regex.ts';
import { packagePath } from '../../../../src/config/package-root.ts';
import { crsExpressions } from './crs-expressions.ts';
import {
  dfaMatches,
  lackingRequirement,
  matchOutOfReach,
  nfaMatches,
  trimmedTree,
} from './walk.ts';

const CORPORA = packagePath('..', 'shared', 'corpora');
const EXPRESSIONS = 318;

/** Every nth value is taken, so that all corpora are seen. */
const VALUES = 1500;
const MAX_VALUE_BYTES = 400;

/** Slow: sets of positions in plain objects. Every nth value is enough. */
const NFA_EVERY = 25;

/** Slower still: for so many matching values of an expression all places of matches are found. */
const PLACES_OF = 12;

/** Decoded parameters, header values and bodies of the corpora, as bytes. */
function corpusValues(): readonly string[] {
  if (!existsSync(CORPORA)) return [];
  const values = new Set<string>();
  for (const name of readdirSync(CORPORA).sort()) {
    if (!name.endsWith('.jsonl.gz')) continue;
    const lines = gunzipSync(readFileSync(`${CORPORA}/${name}`))
      .toString('utf8')
      .split('\n');
    const step = Math.ceil(lines.length / 400);
    for (let i = 0; i < lines.length; i += step) {
      if (lines[i] !== '')
        for (const value of valuesOf(JSON.parse(lines[i]!).request)) values.add(value);
    }
  }
  const all = [...values].sort();
  const step = Math.max(1, Math.floor(all.length / VALUES));
  return all.filter((_, i) => i % step === 0);
}

function valuesOf(request: any): string[] {
  const query = String(request.uri).split('?')[1] ?? '';
  const texts = [...query.split('&'), ...String(request.body ?? '').split('&')];
  const decoded = texts.map((text) => unescape(text.replace(/^[\w.-]*=/, '').replaceAll('+', ' ')));
  const headers = (request.headers as [string, string][]).map(([, value]) => value);
  return [request.uri, ...headers, ...decoded].map((text) =>
    Buffer.from(text, 'utf8').toString('latin1').slice(0, MAX_VALUE_BYTES),
  );
}

/** What an independent engine says: RE2 where it takes the expression, else V8. */
function peerOf(source: string): (text: string) => boolean {
  try {
    const peer = RE2JS.compile(source, RE2JS.DOTALL);
    return (text) => peer.matcher(text).find();
  } catch {
    const ignoreCase = source.startsWith('(?i)');
    const peer = new RegExp(ignoreCase ? source.slice(4) : source, ignoreCase ? 'is' : 's');
    return (text) => peer.test(text);
  }
}

describe('regex crs', () => {
  const found = crsExpressions();
  if (found === null) console.log('regex crs - the Core Rule Set is not beside the project');
  const expressions = found ?? [];
  const compiled = expressions.map(({ rule, source }) => ({
    rule,
    source,
    result: compileRegex(source, { ignoreCase: false }),
  }));

  test('every expression of the Core Rule Set is accepted', () => {
    expect(compiled.filter(({ result }) => !result.ok)).toEqual([]);
    expect(compiled.length).toBe(found === null ? 0 : EXPRESSIONS);
  });

  test('most of them are complete automata', () => {
    const complete = compiled.filter(({ result }) => result.ok && result.regex.dfa !== null);
    expect(complete.length).toBeGreaterThanOrEqual(found === null ? 0 : 270);
  });

  test('verdicts on values of the corpora equal those of an independent engine', () => {
    const values = corpusValues();
    const differences: string[] = [];
    let matches = 0;
    let places = 0;
    for (const { rule, source, result } of compiled) {
      if (!result.ok) continue;
      const { regex } = result;
      const isMatch = peerOf(source);
      const tree = trimmedTree(source, { ignoreCase: false });
      let left = PLACES_OF;
      values.forEach((value, i) => {
        const expected = isMatch(value);
        if (expected) matches += 1;
        if (expected && left-- > 0) {
          places += 1;
          const far = matchOutOfReach(regex, tree, value);
          if (far !== null) differences.push(`${rule} ${far}: ${value}`);
        }
        const verdict =
          regex.dfa === null ? nfaMatches(regex, value) : dfaMatches(regex, regex.dfa, value);
        const lacking = expected ? lackingRequirement(regex, value) : null;
        if (verdict !== expected || lacking !== null)
          differences.push(`${rule} ${lacking}: ${value}`);
        if (i % NFA_EVERY === 0 && nfaMatches(regex, value) !== expected) {
          differences.push(`${rule} positions: ${value}`);
        }
      });
    }
    expect(differences).toEqual([]);
    if (values.length === 0 || found === null)
      console.log('regex crs - no corpora beside the project: not compared');
    else {
      expect(matches).toBeGreaterThan(1000);
      expect(places).toBeGreaterThan(200);
    }
  }, 120_000);
});
