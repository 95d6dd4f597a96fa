import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { packagePath } from '../../../src/config/package-root.ts';
import { type SchemaNode, schemaAt, settingKeys } from '../../../src/config/settings-schema.ts';

const page = readFileSync(packagePath('docs', 'configuration.md'), 'utf8');
const shipped = parse(readFileSync(packagePath('config', 'secbeat.toml'), 'utf8'));

interface Row {
  readonly key: string;
  readonly type: string;
  readonly default: string;
  readonly meaning: string;
}

/** Table rows whose first cell is a full key path. */
const rows: Row[] = [
  ...page.matchAll(/^\| `([a-z0-9_]+(?:\.[a-z0-9_]+)+)` \| (.*) \| `(.*)` \| (.*) \|$/gm),
].map(([, key = '', type = '', value = '', meaning = '']) => ({
  key,
  type,
  default: value,
  meaning,
}));

test('docs/configuration.md - lists exactly the keys of the schema', () => {
  expect(rows.map((row) => row.key).sort()).toEqual(settingKeys().sort());
});

test.each(rows)('docs/configuration.md - $key has the meaning and default of the schema', (row) => {
  const schema = schemaAt(row.key.split('.')) as SchemaNode;
  expect(row.meaning).toBe(schema.description);
  expect(parse(`value = ${row.default}`).value).toEqual(schema.default);
});

test('docs/configuration.md - lists the keys of an API key entry', () => {
  const entry = schemaAt(['auth', 'keys', 0]);
  for (const key of Object.keys(entry?.properties ?? {})) expect(page).toContain(`| \`${key}\` |`);
});

test('config/secbeat.toml - holds every key with its default', () => {
  for (const key of settingKeys()) {
    const value = key.split('.').reduce<unknown>((node, step) => Object(node)[step], shipped);
    expect([key, value]).toEqual([key, schemaAt(key.split('.'))?.default]);
  }
});
