import { parseArgs } from 'node:util';
import { CORPORA, type Family, readCorpora } from './generator/corpora.ts';
import { type Condition, type Outcome, openFold, runCondition } from './generator/study.ts';
import { describeSummary, type Summary, summarise } from './generator/summary.ts';
import { progress } from './report/progress.ts';
import { writeRows } from './report/rows.ts';

const USAGE = `npm run bench:generator -- [options]

Learns rules from labelled attacks and judges them, in the real engine, by attacks and benign requests
that the learner has not seen. Needs the labelled traffic in ../shared/corpora.

  --json FILE      write {"rows": [{name, value, unit, min, bar}]}
  --seeds N        seeds, in pairs that swap the benign sides (20)
  --only NAME      only conditions whose name begins so
  --corpora DIR    other labelled traffic of the same format
  --quick          2 seeds
  --missed         print attacks that were missed and benign requests that were blocked
  --help`;

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    seeds: { type: 'string' },
    only: { type: 'string' },
    corpora: { type: 'string', default: CORPORA },
    quick: { type: 'boolean', default: false },
    missed: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(0);
}

const ALL: readonly Family[] = ['sqli', 'xss', 'traversal', 'rce'];
const SQLI: readonly Family[] = ['sqli'];
const corpora = await readCorpora(values.corpora);
if (corpora === null) {
  process.stderr.write(
    `There is no labelled traffic in ${values.corpora}: nothing was measured.\n`,
  );
  process.exit(0);
}
const CONDITIONS: readonly Condition[] = [
  { name: 'n20', samples: 20, families: ALL, sources: 'mixed' },
  { name: 'n50', samples: 50, families: ALL, sources: 'mixed' },
  { name: 'n200', samples: 200, families: ALL, sources: 'mixed' },
  { name: 'n50-no-detectors', samples: 50, families: ALL, sources: 'mixed', detectors: false },
  { name: 'n50-tokens-only', samples: 50, families: ALL, sources: 'mixed', tokensOnly: true },
  { name: 'n50-noise20', samples: 50, families: ALL, sources: 'mixed', noise: 0.2 },
  { name: 'n50-noise40', samples: 50, families: ALL, sources: 'mixed', noise: 0.4 },
  { name: 'other-source', samples: 50, families: SQLI, sources: 'one-to-others' },
  {
    ...{ name: 'other-source-no-detectors', samples: 50, families: SQLI },
    ...{ sources: 'one-to-others', detectors: false },
  },
  { name: 'source-left-out', samples: 50, families: ALL, sources: 'leave-one-out' },
  { name: 'other-families', samples: 20, families: corpora.others, sources: 'mixed' },
  { name: 'mutated', samples: 50, families: SQLI, sources: 'mixed', mutated: true },
  {
    ...{ name: 'mutated-no-detectors', samples: 50, families: SQLI },
    ...{ sources: 'mixed', mutated: true, detectors: false },
  },
  {
    ...{ name: 'mutated-other-source', samples: 50, families: SQLI },
    ...{ sources: 'one-to-others', mutated: true },
  },
];

const seeds = Number(values.seeds ?? (values.quick ? 2 : 20));
const chosen = CONDITIONS.filter(
  ({ name, families }) => families.length > 0 && name.startsWith(values.only ?? ''),
);
const outcomes = new Map<string, Outcome[]>(chosen.map(({ name }) => [name, []]));
progress(`${corpora.benign.length} benign requests, ${seeds} seeds`);
for (let seed = 0; seed < seeds; seed++) {
  const fold = openFold(corpora, seed);
  for (const condition of chosen) {
    outcomes.get(condition.name)!.push(...(await runCondition(condition, corpora, fold)));
  }
  progress(`seed ${seed}: pool ${fold.pool.size}, unseen ${fold.unseen.length}`);
}

const summaries: Summary[] = chosen.flatMap((condition) =>
  summarise(condition, outcomes.get(condition.name)!, outcomes),
);
for (const summary of summaries) process.stdout.write(`${describeSummary(summary)}\n`);
if (values.missed) printMissed();
if (values.json !== undefined) writeRows(values.json, summaries);

function printMissed(): void {
  for (const [name, list] of outcomes) {
    for (const { family, seed, missed, falsePositiveIds } of list) {
      const ids = missed.slice(0, 40).map(({ id }) => id);
      process.stdout.write(`${JSON.stringify({ name, family, seed, falsePositiveIds, ids })}\n`);
    }
  }
}
