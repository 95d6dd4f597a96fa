import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packagePath } from '../../../src/config/package-root.ts';

const SOURCES = packagePath('src');

/** The error tables of all rooms: room → code → meaning and cure. */
const tables = new Map<string, Readonly<Record<string, string>>>();
for (const room of readdirSync(SOURCES).sort()) {
  const file = join(SOURCES, room, 'error-codes.ts');
  if (!existsSync(file)) continue;
  const exported = Object.entries(await import(file)).filter(([name]) => name.endsWith('_ERRORS'));
  expect(exported.map(([name]) => name)).toHaveLength(1);
  tables.set(room, exported[0]?.[1] as Record<string, string>);
}

const codes = [...tables.values()].flatMap((table) => Object.keys(table));

function page(): string {
  const sections = [...tables].map(([room, table]) => {
    const rows = Object.entries(table).map(([code, text]) => `| \`${code}\` | ${text} |`);
    return `## ${room}\n\n| code | meaning and cure |\n|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Error codes

Every code that the programs report, by the folder of \`src/\` that raises it. Codes are stable: a code keeps
its meaning and is never used again for another. This page is made from the tables
\`src/*/error-codes.ts\` by \`npx vitest run --project unit test/unit/docs/errors.test.ts -u\`, and a test keeps
it current.

${sections.join('\n')}`;
}

test('docs/errors.md - lists every code of every room and no other', async () => {
  await expect(page()).toMatchFileSnapshot(packagePath('docs', 'errors.md'));
});

test('error codes - have the form WAF_ERR_<AREA>_<WHAT> and belong to one room', () => {
  for (const code of codes) expect(code).toMatch(/^WAF_ERR_[A-Z]+(_[A-Z0-9]+)+$/);
  expect(codes.length).toBe(new Set(codes).size);
});

test('error codes - each has a sentence', () => {
  for (const table of tables.values()) {
    for (const text of Object.values(table)) expect(text).toMatch(/^\S.{20,}[.:…]?$/);
  }
});

test('error codes - every code that appears in src is in a table', () => {
  const known = new Set(codes);
  const unknown: string[] = [];
  for (const file of readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(ts|mjs)$/.test(file)) continue;
    for (const [code] of readFileSync(join(SOURCES, file), 'utf8').matchAll(
      /\bWAF_ERR_\w*[A-Z0-9]\b/g,
    )) {
      if (!known.has(code)) unknown.push(`${file}: ${code}`);
    }
  }
  expect(unknown).toEqual([]);
});
