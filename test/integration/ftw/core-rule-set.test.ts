import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packagePath } from '../../../src/config/package-root.ts';
import { run } from '../../unit/cli/run.ts';

const rules = packagePath('..', 'shared', 'crs');
const tests = packagePath('..', 'shared', 'corpora', 'crs-ftw-dev.jsonl.gz');
const isHere = existsSync(rules) && existsSync(tests);
if (!isHere)
  console.info('core rule set: ../shared/crs or ../shared/corpora is absent, nothing to run');

/** What the suite wants of the setup. */
const SETUP = [
  ...['crs_validate_utf8_encoding=1', 'arg_name_length=100', 'arg_length=400'],
  ...['total_arg_length=64000', 'max_num_args=255'],
  ...['max_file_size=64100', 'combined_file_sizes=65535'],
].flatMap((variable) => ['--set', `tx.${variable}`]);

/** Methods that Node's parser does not know, and bytes that it does not take in a request line. */
const REFUSED = ['911100-7', '920100-10', '934120-24', '949110-4'];
/** A count of arguments by name, and a report in the logging phase. */
const NOT_IMPORTED = ['921180-4', '980170-1'];

/** A minute is too little when other suites run beside it. */
const TIMEOUT_MS = 180_000;

test(
  'core rule set - its regression tests pass through a live node, but six',
  async () => {
    if (!isHere) return;
    const folder = mkdtempSync(join(tmpdir(), 'secbeat-crs-'));
    try {
      const config = join(folder, 'waf-config.json');
      const how = ['--paranoia', '4', '--detection-only', ...SETUP];
      expect((await run(['import-crs', rules, ...how, '--out', config])).exitCode).toBe(0);
      const { exitCode, out } = await run(['ftw', '--config', config, '--tests', tests, '--json']);
      const { tests: total, passed, misses } = JSON.parse(out);
      expect(misses.map(({ test_id }: { test_id: string }) => test_id).sort()).toEqual(
        [...REFUSED, ...NOT_IMPORTED].sort(),
      );
      expect([exitCode, total, passed]).toEqual([1, 2518, 2512]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  TIMEOUT_MS,
);
