import { type Command, InvalidArgumentError } from 'commander';
import type { ImportedFile } from '../import-file.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';

export interface ImportCrsOptions {
  readonly setup?: string;
  readonly paranoia?: 1 | 2 | 3 | 4;
  readonly out: string;
  readonly report?: string;
}

/** `secbeat import-crs DIR` */
export function importCrs(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('import-crs')
    .description(
      'Turn the OWASP Core Rule Set, or other SecLang rules, into rules of this language.',
    )
    .argument('<dir>', 'folder with rules/*.conf, or with the .conf files themselves')
    .option('--setup <file>', 'crs-setup.conf; default: the one in the folder, else the example')
    .option(
      '--paranoia <level>',
      'paranoia level, 1 to 4; default: what the setup says',
      parseLevel,
    )
    .option('--out <file>', 'what to write; a waf-config when it is named so', 'crs.json')
    .option('--report <file>', 'write what was folded, left out or changed, as JSON');
  reports<ImportCrsOptions, [string]>(command, terminal, async (options, dir) => {
    const { importFile } = await import('../import-file.ts');
    const imported = await importFile(dir, options);
    return { text: describe(imported), json: imported };
  });
}

/** Rules of the response phases are told by number: there are many, for one reason. */
function describe({ out, thresholds, report }: ImportedFile): string {
  const { imported, folded, gaps, notes } = report;
  const later = gaps.filter(({ reason }) => reason.startsWith('response phase'));
  const limits = Object.entries(thresholds).map(([category, value]) => `${category} ${value}`);
  return [
    `${out}: ${imported} rules, thresholds: ${limits.join(', ') || 'none'}`,
    `${folded.length} folded, ${later.length} of the response phase, ${gaps.length - later.length} gaps, ${notes.length} notes`,
    ...gaps
      .filter((gap) => !later.includes(gap))
      .map(({ file, line, id, reason }) => `gap ${file}:${line} ${id}: ${reason}`),
    ...notes.map(({ file, line, id, reason }) => `note ${file}:${line} ${id}: ${reason}`),
  ].join('\n');
}

function parseLevel(text: string): number {
  if (/^[1-4]$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a number from 1 to 4.');
}
