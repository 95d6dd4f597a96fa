import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from './run.ts';

const SETUP = `SecDefaultAction "phase:2,log,pass"
SecAction "id:1,phase:1,pass,nolog,setvar:tx.blocking_paranoia_level=1,setvar:tx.inbound_anomaly_score_pl1=0"
`;
const RULES = `SecRule TX:BLOCKING_PARANOIA_LEVEL "@lt 2" "id:10,phase:2,pass,nolog,skipAfter:END"
SecRule ARGS "@pmFromFile words.data" "id:11,phase:2,block,setvar:tx.inbound_anomaly_score_pl1=+5"
SecMarker END
SecRule REQUEST_URI "@rx a" "id:12,phase:2,block,setvar:tx.inbound_anomaly_score_pl1=+5"
SecRule TX:inbound_anomaly_score_pl1 "@ge 5" "id:13,phase:2,deny"
SecRule IP:a "@eq 1" "id:14,phase:2,deny"
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'secbeat-import-'));
  mkdirSync(join(folder, 'rules'));
  writeFileSync(join(folder, 'crs-setup.conf.example'), SETUP);
  writeFileSync(join(folder, 'strict.conf'), SETUP.replace('level=1', 'level=2'));
  writeFileSync(join(folder, 'rules', 'REQUEST-1.conf'), RULES);
  writeFileSync(join(folder, 'rules', 'REQUEST-2.conf.example'), 'nonsense');
  writeFileSync(join(folder, 'rules', 'words.data'), 'evil\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const ids = (file: string) => readJson(file).rules.map(({ id }: { id: string }) => id);

test('import-crs - writes rules that validate takes, and says what is missing', async () => {
  const out = join(folder, 'out.json');
  const { exitCode, out: text } = await run(['import-crs', folder, '--out', out]);
  expect([exitCode, text]).toEqual([
    0,
    `${out}: 1 rules, thresholds: inbound 5\n4 folded, 1 gaps, 0 notes\ngap REQUEST-1.conf:6 14: no target for the variable IP:a`,
  ]);
  expect(Object.keys(readJson(out))).toEqual(['rules']);
  expect(ids(out)).toEqual(['crs-12']);
});

test('import-crs - the setup and the level decide which rules there are', async () => {
  const out = join(folder, 'level.json');
  const import2 = (...args: string[]) => run(['import-crs', folder, '--out', out, ...args]);
  expect((await import2('--paranoia', '2')).exitCode).toBe(0);
  expect(ids(out)).toEqual(['crs-11', 'crs-12']);
  expect((await import2('--setup', join(folder, 'strict.conf'))).exitCode).toBe(0);
  expect(ids(out)).toEqual(['crs-11', 'crs-12']);
  expect((await import2('--paranoia', '5')).exitCode).toBe(2);
});

test('import-crs - a waf-config has the thresholds, and the report its entries', async () => {
  const [out, report] = [join(folder, 'waf-config.json'), join(folder, 'report.json')];
  const args = ['import-crs', folder, '--out', out, '--report', report, '--json'];
  const { out: text } = await run(args);
  expect(readJson(out)).toMatchObject({ version: 1, thresholds: { inbound: 5 } });
  const { thresholds, ...entries } = readJson(report);
  expect(JSON.parse(text)).toEqual({ out, thresholds, report: entries });
  expect(entries.gaps).toMatchObject([{ file: 'REQUEST-1.conf', line: 6, id: '14' }]);
});

test('import-crs - a folder that is not there is a usage error', async () => {
  const { exitCode, err } = await run(['import-crs', join(folder, 'absent')]);
  expect([exitCode, err]).toEqual([2, expect.stringContaining('there is no such file or folder')]);
});
