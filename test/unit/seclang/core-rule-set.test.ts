import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packagePath } from '../../../src/config/package-root.ts';
import { readRules } from '../../../src/rules/read-rules.ts';
import { importCrsFolder } from '../../../src/seclang/import-crs-folder.ts';
import { FULL_SUPPORT, gapsOf } from './imported.ts';

const folder = packagePath('..', 'shared', 'crs');
const isHere = existsSync(folder);
if (!isHere) console.info('core rule set: the folder ../shared/crs is absent, nothing to import');

/** Rules that a paranoia level has when the language can say all that SecLang does. */
const IMPORTED = [211, 301, 332, 341] as const;

test('core rule set - every rule of each paranoia level is imported, but one', async () => {
  if (!isHere) return;
  for (const [index, count] of IMPORTED.entries()) {
    const paranoia = (index + 1) as 1 | 2 | 3 | 4;
    const result = await importCrsFolder(folder, { paranoia, support: FULL_SUPPORT });
    const gaps = gapsOf(result);
    const counted = / 921180 a rule that counts values of the same name$/;
    expect(gaps).toEqual(paranoia < 3 ? [] : [expect.stringMatching(counted)]);
    expect([result.rules.length, result.thresholds]).toEqual([count, { inbound: 5, outbound: 4 }]);
    expect(new Set(result.rules.map(({ id }) => id)).size).toBe(count);
  }
});

test('core rule set - every SecRule is imported, folded or a gap', async () => {
  if (!isHere) return;
  for (const paranoia of [1, 4] as const) {
    const { report } = await importCrsFolder(folder, { paranoia });
    expect(report.imported + report.folded.length + report.gaps.length).toBe(630);
  }
});

test('core rule set - every rule passes the checks of the rule language', async () => {
  if (!isHere) return;
  const { rules } = await importCrsFolder(folder, { paranoia: 4 });
  const read = readRules(JSON.stringify({ rules }), { now: 0, origin: 'file' });
  expect(read.diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
  expect(read.rules).toHaveLength(rules.length);
});
