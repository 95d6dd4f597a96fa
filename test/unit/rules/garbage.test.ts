import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/rules/diagnostic.ts';
import { readRules } from '../../../src/rules/read-rules.ts';
import { readWafConfig } from '../../../src/rules/read-waf-config.ts';

const VALID = JSON.stringify({
  rules: [
    { id: 'a', field: 'Header:X', pattern: '^x*', action: 'block', requires: { URI: '/x' } },
    {
      id: 'b',
      when: {
        all: [
          { target: ['query.*', 'headers[a]'], transforms: ['lowercase'], op: 'in', value: ['x'] },
          { any: [{ not: { target: 'client.ip', op: 'ip_in', value: ['10.0.0.0/8'] } }] },
          { target: 'uri', op: 'length', value: { lte: 5 } },
          { target: 'query[n]', op: 'between', value: [1, 2], quantifier: { count: '>=1' } },
        ],
      },
      action: { ratelimit: { key: 'client.ip' } },
      score: { inbound: 5 },
      expires_at: '2031-01-01T00:00:00Z',
      provenance: { source: 'ml' },
      examples: { match: [{ headers: { a: 'b' } }], no_match: [] },
    },
  ],
});
const DEFAULTS = { thresholds: {}, on_budget: 'log', max_steps: 1000 } as const;

/** Replaces one value anywhere in a document by another. */
const mutated = fc
  .tuple(fc.nat(), fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('all', '*', '', -1, [])))
  .map(([at, value]) => {
    let count = 0;
    const document = JSON.parse(VALID);
    const places = [...JSON.stringify(document).matchAll(/[:,[]/g)].length;
    return JSON.stringify(document, (_, old) => (count++ === 1 + (at % places) ? value : old));
  });

test('garbage - no text makes the reader throw, and every fault has a code, a position and a hint', () => {
  const texts = fc.oneof(
    { weight: 5, arbitrary: mutated },
    { weight: 1, arbitrary: fc.string() },
    { weight: 1, arbitrary: fc.nat(VALID.length).map((length) => VALID.slice(0, length)) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value)) },
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { diagnostics } = readRules(text, { now: 0, origin: 'entry' });
      expect(diagnostics.filter((found) => !isComplete(found))).toEqual([]);
      readWafConfig(text, { defaults: DEFAULTS, now: 0 });
    }),
    { numRuns: 300 },
  );
});

test('garbage - what is valid JSON is read as JSON.parse reads it, and what is not is refused', () => {
  const texts = fc.oneof(
    fc.json(),
    fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '0', ' ', '}', '\\u12'))
      .map(
        ([text, at, extra]) =>
          text.slice(0, at % (text.length + 1)) + extra + text.slice((at % (text.length + 1)) + 1),
      ),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { diagnostics } = readRules(`[${text}]`, { now: 0, origin: 'entry' });
      const syntax = diagnostics.some(({ code }) => code === 'WAF_ERR_RULE_JSON_SYNTAX');
      expect(syntax).toBe(!parses(`[${text}]`));
    }),
    { numRuns: 300 },
  );
});

function isComplete({ code, line = 0, column = 0, message, hint }: Diagnostic): boolean {
  return (
    /^WAF_ERR_RULE_[A-Z_]+$/.test(code) && line > 0 && column > 0 && message !== '' && hint !== ''
  );
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
