import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { entryPoint } from '../../../src/config/entry-point.ts';
import { progress } from '../report/progress.ts';
import { type Row, rowsOf } from '../report/rows.ts';
import { median } from '../report/statistics.ts';
import type { RowGroup } from './group.ts';
import { configOf, ENGINE_FILE, startOurWaf } from './our-waf.ts';
import { syntheticRules } from './synthetic-rules.ts';

const run = promisify(execFile);
const MEGABYTE = 1024 * 1024;
const PROCESSES = 3;

/** Sizes on the wire and in memory. */
export const sizeGroup: RowGroup = {
  name: 'size',
  async measure({ reference, crs }) {
    const rows = rowsOf('size.engine_kb', 'KB', readFileSync(ENGINE_FILE).length / 1024);
    const empty = await addedMemory(startOurWaf('no rules', configOf([])).program);
    const many = await addedMemory(
      startOurWaf('1,000 rules', syntheticRules('literal', 1_000)).program,
    );
    rows.push(...rowsOf('memory.empty_instance_mb', 'MB', empty));
    rows.push(...rowsOf('memory.1000_rules_mb', 'MB', many - empty));
    rows.push(...(await programRows('reference', startOurWaf('reference set', reference).program)));
    if (crs) rows.push(...(await programRows('crs_pl1', startOurWaf('CRS PL1', crs).program)));
    return rows;
  },
};

async function programRows(name: string, program: Uint8Array): Promise<Row[]> {
  return [
    ...rowsOf(`size.${name}_program_mb`, 'MB', program.length / MEGABYTE),
    ...rowsOf(
      `size.${name}_program_brotli_mb`,
      'MB',
      brotliCompressSync(program).length / MEGABYTE,
    ),
    ...rowsOf(`memory.${name}_mb`, 'MB', await addedMemory(program)),
  ];
}

/** What an instance with this program adds to a process, in MB: the middle of some fresh processes. */
async function addedMemory(program: Uint8Array): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'secbeat-bench-'));
  const file = join(folder, 'program.bin');
  writeFileSync(file, program);
  const { url, execArgv } = entryPoint(import.meta.url, './memory-process');
  const samples: number[] = [];
  for (let i = 0; i < PROCESSES; i++) {
    const args = [...execArgv, '--expose-gc', fileURLToPath(url), ENGINE_FILE, file];
    const { stdout } = await run(process.execPath, args);
    samples.push(Number(stdout) / MEGABYTE);
  }
  rmSync(folder, { recursive: true });
  progress(
    `memory of a program of ${program.length} bytes: ${samples.map((mb) => mb.toFixed(1)).join(', ')} MB`,
  );
  return median(samples);
}
