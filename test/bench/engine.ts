import { adversarialGroup } from './engine/adversarial-rows.ts';
import { bodyGroup } from './engine/body-rows.ts';
import { compileGroup } from './engine/compile-rows.ts';
import type { RowGroup } from './engine/group.ts';
import { inspectGroup } from './engine/inspect-rows.ts';
import { crsRules, referenceRules } from './engine/rule-sets.ts';
import { scalingGroup } from './engine/scaling-rows.ts';
import { sizeGroup } from './engine/size-rows.ts';
import { swapGroup } from './engine/swap-rows.ts';
import { describeLoad, describeMachine } from './report/machine.ts';
import { readOptions } from './report/options.ts';
import { progress } from './report/progress.ts';
import { describeRow, type Row, writeRows } from './report/rows.ts';
import { writeDocs } from './report/write-docs.ts';

const GROUPS: readonly RowGroup[] = [
  sizeGroup,
  inspectGroup,
  scalingGroup,
  bodyGroup,
  adversarialGroup,
  swapGroup,
  compileGroup,
];

const options = readOptions(`npm run bench:engine -- [options]

Measures the engine beside its peers, in turn, and prints medians and ratios.

  --json FILE           write {"rows": [{name, value, unit, peer?, ratio?}]}
  --rounds N            rounds of each comparison (5; after two that warm up)
  --only NAME           only one group: ${GROUPS.map(({ name }) => name).join(', ')}
  --search-seconds N    time of the search for the worst input, per shape and rule set (20)
  --quick               small and short, to see that everything runs; the figures mean little
  --write-docs          put the table into docs/performance.md
  --help`);

const load = describeLoad();
progress(`${describeMachine()}; ${load}`);
const context = { ...options, reference: await referenceRules(), crs: await crsRules() };
if (context.crs === null)
  progress('the Core Rule Set or its importer is missing, its rows are left out');

const rows: Row[] = [];
for (const group of GROUPS) {
  if (options.only !== undefined && !group.name.startsWith(options.only)) continue;
  progress(`${group.name}`);
  try {
    const measured = await group.measure(context);
    for (const row of measured) process.stdout.write(`${describeRow(row)}\n`);
    rows.push(...measured);
  } catch (error) {
    process.exitCode = 1;
    progress(`${group.name} failed: ${(error as Error).stack}`);
  }
}

if (options.json !== undefined) writeRows(options.json, rows);
if (options.writeDocs) {
  writeDocs(rows, {
    table: 'engine',
    command: 'npm run bench:engine -- --write-docs',
    rounds: options.rounds,
    load,
    date: new Date().toISOString().slice(0, 10),
    notes: [
      `Reference set: ${context.reference.rules.length} rules. CRS PL1: ${context.crs?.rules.length ?? 0} rules.`,
    ],
  });
}
process.exit();
