import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalDigest } from '../../../src/rules/canonical-digest.ts';
import { mergeRules } from '../../../src/rules/merge.ts';
import type { Rule } from '../../../src/rules/model.ts';
import { readRules } from '../../../src/rules/read-rules.ts';
import { readWafConfig } from '../../../src/rules/read-waf-config.ts';
import type { RuleDocument, StoredRule } from '../../../src/rules/rule-document.ts';
import { EMPTY_DOCUMENT } from '../../../src/rules/rule-store.ts';
import { serialiseWafConfig } from '../../../src/rules/waf-config-text.ts';
import { aRule } from './rules-arbitrary.ts';

const SETTINGS = { thresholds: { inbound: 5 }, on_budget: 'log', max_steps: 100_000 } as const;

const someRules = fc
  .uniqueArray(aRule, { selector: ({ id }) => id, maxLength: 12 })
  .map((rules) =>
    readRules(JSON.stringify(rules), { now: 0, origin: 'file' }).rules.map((r) => r.rule),
  );

const stored = (rule: Rule, state: StoredRule['state'] = 'active'): StoredRule => ({
  rule,
  state,
  actor: 'a',
  added_at: 0,
  updated_at: 0,
});

function merge(document: Partial<RuleDocument>, files: readonly Rule[] = [], now = 0) {
  return mergeRules({
    document: { ...EMPTY_DOCUMENT, ...document },
    staticRules: files.map((rule) => ({ rule, file: 'rules/x.json' })),
    settings: SETTINGS,
    now,
  });
}

test('merge - the same rules give the same bytes, in whatever order they came', () => {
  fc.assert(
    fc.property(someRules, fc.nat(), (rules, seed) => {
      const half = Math.floor(rules.length / 2);
      const [dynamic, files] = [rules.slice(0, half), rules.slice(half)];
      const bytes = serialiseWafConfig(
        merge({ rules: dynamic.map((r) => stored(r)) }, files).config,
      );
      const order = shuffled(dynamic, seed).map((rule) => stored(reordered(rule)));
      const again = merge({ rules: order }, shuffled(files, seed).map(reordered));
      expect(serialiseWafConfig(again.config)).toBe(bytes);
    }),
    { numRuns: 80 },
  );
});

test('merge - what it writes is read back as the same configuration', () => {
  fc.assert(
    fc.property(someRules, (rules) => {
      const { config } = merge({ rules: rules.map((rule) => stored(rule)) });
      const text = serialiseWafConfig(config);
      const read = readWafConfig(text, { defaults: SETTINGS, now: 0 });
      expect(read.diagnostics).toEqual([]);
      expect(read.config).toEqual(config);
      expect(serialiseWafConfig(read.config!)).toBe(text);
    }),
    { numRuns: 80 },
  );
});

test('merge - rules are in the order of their ids; pending, held, expired and switched-off ones are left out', () => {
  const make = (id: string, more: object = {}) =>
    readRules(JSON.stringify({ id, field: 'URI', pattern: id, action: 'log', ...more }), {
      now: 0,
      origin: 'file',
    }).rules[0]!.rule;
  const held = make('held');
  const other = make('other');
  const { config, source, nextExpiry } = merge(
    {
      rules: [
        stored(make('z')),
        stored(make('a', { expires_at: '1970-01-01T00:00:09Z' })),
        stored(make('gone', { expires_at: '1970-01-01T00:00:05Z' })),
        stored(make('wait'), 'pending'),
        stored(make('off', { mode: 'off' })),
        stored(held),
        stored(other),
      ],
      holds: [
        { rule_id: 'held', digest: canonicalDigest(held), reason: 'r', actor: 'a', at: 0 },
        {
          rule_id: 'other',
          digest: 'sha256:of-an-earlier-content',
          reason: 'r',
          actor: 'a',
          at: 0,
        },
      ],
    },
    [make('m')],
    5_000,
  );
  expect(config.rules.map(({ id }) => id)).toEqual(['a', 'm', 'other', 'z']);
  expect([...source]).toEqual([
    ['a', 'dynamic'],
    ['m', 'static'],
    ['other', 'dynamic'],
    ['z', 'dynamic'],
  ]);
  expect(nextExpiry).toBe(9_000);
  expect(config).toMatchObject({ version: 1, ...SETTINGS });
});

test('merge - settings edited by hand override those of the settings file', () => {
  const settings = { thresholds: { sqli: 7 }, on_budget: 'block', max_steps: 5_000 } as const;
  expect(merge({ settings }).config).toEqual({ version: 1, ...settings, rules: [] });
});

/** The same elements in another order that depends on `seed` alone. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, index) => ({ item, key: (index * 7919 + seed) % 104_729 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** The same value with its keys the other way round. */
function reordered<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reordered) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, item]) => [key, reordered(item)])) as T;
}
