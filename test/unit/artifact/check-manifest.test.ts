import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { ArtifactError } from '../../../src/artifact/artifact-error.ts';
import { checkManifest } from '../../../src/artifact/check-manifest.ts';
import { LIMITS } from '../../../src/config/limits.ts';
import { packagePath } from '../../../src/config/package-root.ts';
import { plainArtifact } from '../../wasm-fixtures/artifacts.ts';

const { manifest: MANIFEST } = plainArtifact();
const SCHEMA = JSON.parse(readFileSync(packagePath('schemas', 'manifest.json'), 'utf8'));
const followsSchema = new Ajv2020({ allErrors: false }).compile(SCHEMA);

const rule = (changes: object) => ({ rules: [{ ...MANIFEST.rules[0], ...changes }] });
const ratelimit = { key: 'client.ip', limit: 60, window_s: 60, over: 'block' };

const accepted: [string, object][] = [
  ['a plain manifest', {}],
  ['no rules and no thresholds', { rules: [], thresholds: {} }],
  ['a prerelease', { semver: '1.0.0-rc.1+build.7' }],
  ['a fraction of a second', { created_at: '2026-01-02T03:04:05.678Z' }],
  ['a rate limit', rule({ action: { ratelimit } })],
  ['an allow for all', rule({ action: { allow: { skip: 'all' } } })],
  ['an allow for some', rule({ action: { allow: { skip: { tags: ['a'], ids: ['b'] } } } })],
  ['a log in shadow', rule({ action: { log: {} }, mode: 'shadow' })],
  ['a score', rule({ action: { score: {} } })],
  [
    'every optional key',
    rule({
      severity: 'critical',
      tags: ['x'],
      title: '',
      priority: -1,
      created_at: '2026-01-01T00:00:00Z',
      expires_at: '2026-01-01T00:00:00Z',
      source: 'dynamic',
    }),
  ],
  ['a pattern of 200 characters', rule({ pattern: 'x'.repeat(200) })],
];

const refused: [string, unknown, string][] = [
  ['null', null, 'manifest must be an object'],
  ['an array', [], 'manifest must be an object'],
  ['a missing key', { ...MANIFEST, rules: undefined }, 'manifest/rules'],
  ['an unknown key', { ...MANIFEST, extra: 1 }, 'manifest/extra is not a known key'],
  [
    'a key of the prototype',
    JSON.parse(JSON.stringify(MANIFEST).replace('{', '{"__proto__":1,')),
    'manifest/__proto__',
  ],
  ['another format', { ...MANIFEST, format: 2 }, 'manifest/format must be one of 1'],
  ['a revision without v', { ...MANIFEST, revision: '1' }, 'manifest/revision'],
  ['a revision with zeros', { ...MANIFEST, revision: 'v01' }, 'manifest/revision'],
  ['a semver of two numbers', { ...MANIFEST, semver: '1.0' }, 'manifest/semver'],
  ['a local time', { ...MANIFEST, created_at: '2026-01-02T03:04:05+01:00' }, 'manifest/created_at'],
  [
    'a digest in capitals',
    { ...MANIFEST, engine_digest: MANIFEST.engine_digest.toUpperCase() },
    'manifest/engine_digest',
  ],
  [
    'too many steps',
    { ...MANIFEST, max_steps: LIMITS.program.max_steps + 1 },
    'manifest/max_steps',
  ],
  ['half a step', { ...MANIFEST, worst_case_steps: 0.5 }, 'manifest/worst_case_steps'],
  ['a threshold of 0', { ...MANIFEST, thresholds: { inbound: 0 } }, 'manifest/thresholds/inbound'],
  [
    'too many thresholds',
    {
      ...MANIFEST,
      thresholds: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`c${i}`, 1])),
    },
    'manifest/thresholds must have',
  ],
  [
    'too many rules',
    {
      ...MANIFEST,
      rules: Array.from({ length: LIMITS.rule.max_rules + 1 }, () => MANIFEST.rules[0]),
    },
    'manifest/rules must have',
  ],
  ['a name with a slash', { ...MANIFEST, name: '../x' }, 'manifest/name'],
  ['a rule without an id', { ...MANIFEST, ...rule({ id: '' }) }, 'manifest/rules/0/id'],
  ['a rule that is off', { ...MANIFEST, ...rule({ mode: 'off' }) }, 'manifest/rules/0/mode'],
  ['no action', { ...MANIFEST, ...rule({ action: {} }) }, 'manifest/rules/0/action must name'],
  [
    'two actions',
    { ...MANIFEST, ...rule({ action: { log: {}, score: {} } }) },
    'manifest/rules/0/action must name',
  ],
  [
    'an unknown action',
    { ...MANIFEST, ...rule({ action: { drop: {} } }) },
    'manifest/rules/0/action must name',
  ],
  [
    'an action of the prototype',
    { ...MANIFEST, ...rule({ action: { constructor: {} } }) },
    'manifest/rules/0/action must name',
  ],
  [
    'a status of 99',
    { ...MANIFEST, ...rule({ action: { block: { status: 99 } } }) },
    'manifest/rules/0/action/block/status',
  ],
  [
    'a rate limit without a window',
    { ...MANIFEST, ...rule({ action: { ratelimit: { ...ratelimit, window_s: 0 } } }) },
    'manifest/rules/0/action/ratelimit/window_s',
  ],
  [
    'an allow for nobody',
    { ...MANIFEST, ...rule({ action: { allow: { skip: 'none' } } }) },
    'manifest/rules/0/action/allow/skip',
  ],
  [
    'a pattern that is too long',
    { ...MANIFEST, ...rule({ pattern: 'x'.repeat(201) }) },
    'manifest/rules/0/pattern',
  ],
];

test.each(accepted)('manifest - accepts %s, as the schema does', (_, changes) => {
  const manifest = { ...MANIFEST, ...changes };
  expect(checkManifest(manifest)).toBe(manifest);
  expect(followsSchema(manifest)).toBe(true);
});

test.each(refused)('manifest - refuses %s, as the schema does', (_, value, text) => {
  expect(() => checkManifest(value)).toThrow(ArtifactError);
  expect(() => checkManifest(value)).toThrow(`Invalid WASM module: ${text}`);
  expect(followsSchema(value)).toBe(false);
});

test('manifest - the tables are complete', () => {
  expect([accepted.length, refused.length]).toEqual([11, 27]);
});

test('manifest - the bounds in the schema are the limits', () => {
  const { properties, $defs } = SCHEMA;
  expect(properties.program_bytes.maximum).toBe(LIMITS.program.max_bytes);
  expect(properties.max_steps.maximum).toBe(LIMITS.program.max_steps);
  expect(properties.rules.maxItems).toBe(LIMITS.rule.max_rules);
  expect(properties.thresholds.maxProperties).toBe(LIMITS.rule.max_score_categories);
  expect($defs.rule.properties.id.maxLength).toBe(LIMITS.rule.max_id_length);
  expect($defs.rule.properties.tags.maxItems).toBe(LIMITS.rule.max_tags);
  expect($defs.text.maxLength).toBe(LIMITS.rule.max_text_length);
  expect($defs.action.properties.ratelimit.properties.window_s.maximum).toBe(
    LIMITS.rule.max_ttl_seconds,
  );
});
