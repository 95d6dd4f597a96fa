import { type Command, InvalidArgumentError } from 'commander';
import type { SuiteSummary } from '../../ftw/suite-summary.ts';
import { EXIT_CODE } from '../exit-code.ts';
import type { FtwOptions } from '../ftw-file.ts';
import { reports } from '../report.ts';
import { renderTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

/** `secbeat ftw`: the regression tests of the Core Rule Set, through a live node. */
export function ftw(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('ftw')
    .description('Run regression tests of the OWASP Core Rule Set through a live node.')
    .requiredOption('--config <file>', 'a waf-config, or an artifact')
    .requiredOption('--tests <file>', 'flattened tests, one JSON object a line; plain or .gz')
    .option('--out <file>', 'write {"test_id","pass","reason"} for each test, one a line')
    .option(
      '--only <pattern>',
      'only tests whose id matches this regular expression',
      parsePattern,
    );
  reports<FtwOptions>(command, terminal, async (options) => {
    const { ftwFile } = await import('../ftw-file.ts');
    const summary = await ftwFile(options, terminal);
    const passed = summary.passed === summary.tests;
    const exitCode = passed ? EXIT_CODE.ok : EXIT_CODE.refused;
    return { text: describe(summary), json: summary, exitCode };
  });
}

function describe({ tests, passed, by_override, categories, misses }: SuiteSummary): string {
  const rows = categories.map((each) => [
    each.category,
    String(each.tests),
    String(each.passed),
    percent(each.passed, each.tests),
  ]);
  const others = by_override === 0 ? '' : `, ${by_override} of them as the suite allows servers to`;
  return [
    renderTable(['category', 'tests', 'passed', '%'], rows),
    ...misses.map(({ test_id, reason }) => `miss ${test_id}: ${reason}`),
    `${passed} of ${tests} tests pass (${percent(passed, tests)} %)${others}`,
  ].join('\n');
}

function percent(part: number, whole: number): string {
  return ((100 * part) / whole).toFixed(2);
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new InvalidArgumentError('It is a regular expression.');
  }
}
