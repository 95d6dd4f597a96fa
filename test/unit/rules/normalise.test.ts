import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packagePath } from '../../../src/config/package-root.ts';
import { canonicalDigest } from '../../../src/rules/canonical-digest.ts';
import { readRules } from '../../../src/rules/read-rules.ts';
import { aRule } from './rules-arbitrary.ts';

test('normalise - a normalised rule is accepted as it is and does not change any more', () => {
  fc.assert(
    fc.property(aRule, (rule) => {
      const { rules, diagnostics } = readRules(JSON.stringify(rule), { now: 0, origin: 'entry' });
      expect(diagnostics).toEqual([]);
      const once = rules[0]!.rule;
      const again = readRules(JSON.stringify(once), { now: 0, origin: 'entry' }).rules[0]!.rule;
      expect(again).toEqual(once);
      expect(canonicalDigest(again)).toBe(canonicalDigest(once));
    }),
    { numRuns: 120 },
  );
});

test('normalise - aliases, shorthands and offsets get one spelling', () => {
  const text = JSON.stringify({
    id: 'a',
    when: {
      any: [
        {
          target: 'ARGS',
          transforms: ['t:urlDecodeUni', 'compress_ws'],
          op: 'contains',
          value: 'x',
        },
        { target: 'REQUEST_HEADERS:User-Agent', except: 'headers[X-A]', op: 'exists' },
        { target: ['ARGS_GET:id', 'query[id]'], op: 'length', value: 7 },
        { target: 'REMOTE_ADDR', op: 'ip_in', value: '10.0.0.0/8' },
      ],
    },
    action: { allow: {} },
    enabled: false,
    expires_at: '2031-01-01T02:00:00+02:00',
  });
  const { rules } = readRules(text, { now: 0, origin: 'entry' });
  expect(rules[0]?.rule).toMatchObject({
    when: {
      any: [
        {
          target: ['query.*', 'body.form.*', 'body.json.*'],
          transforms: ['url_decode_uni', 'compress_whitespace'],
        },
        { target: ['headers[user-agent]'], except: ['headers[x-a]'] },
        { target: ['query[id]'], value: { eq: 7 } },
        { target: ['client.ip'], value: ['10.0.0.0/8'] },
      ],
    },
    action: { allow: { skip: 'all' } },
    mode: 'off',
    expires_at: '2031-01-01T00:00:00.000Z',
  });
});

test('normalise - the rules that ship have titles, tags, examples and no fault', () => {
  const folder = packagePath('rules', 'baseline');
  const rules = readdirSync(folder).flatMap((name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    const read = readRules(text, { now: 0, origin: 'file', file: name });
    expect(read.diagnostics).toEqual([]);
    return read.rules.map(({ rule }) => rule);
  });
  expect(rules.map(({ id }) => id).sort()).toEqual([
    'credential-file',
    'environment-file',
    'null-byte-path',
    'path-traversal',
    'path-traversal-query',
    'scanner-user-agent',
    'source-control-folder',
  ]);
  for (const rule of rules) {
    expect(rule.title).toMatch(/\S/);
    expect(rule.description).toMatch(/\S/);
    expect(rule.tags).toContain('baseline');
    expect(rule.examples?.match.length).toBeGreaterThanOrEqual(2);
    expect(rule.examples?.no_match.length).toBeGreaterThanOrEqual(3);
  }
});
