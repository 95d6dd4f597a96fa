import { type Command, InvalidArgumentError } from 'commander';
import type { ImportedFile } from '../import-file.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';

export interface ImportCrsOptions {
  readonly setup?: string;
  readonly paranoia?: 1 | 2 | 3 | 4;
  /** TX variable → value, over what the setup says. */
  readonly set?: ReadonlyMap<string, string>;
  readonly detectionOnly?: boolean;
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
    .option('--set <tx.name=value>', 'a variable of the setup; may be repeated', parseVariable)
    .option('--detection-only', 'refuse nothing: rules and scores are reported')
    .option('--out <file>', 'what to write; a waf-config when it is named so', 'crs.json')
    .option('--report <file>', 'write what was folded, left out or changed, as JSON');
  reports<ImportCrsOptions, [string]>(command, terminal, async (options, dir) => {
    const { importFile } = await import('../import-file.ts');
    const imported = await importFile(dir, options);
    return { text: describe(imported), json: imported };
  });
}

function describe({ out, thresholds, report }: ImportedFile): string {
  const { imported, folded, gaps, notes } = report;
  const limits = Object.entries(thresholds).map(([category, value]) => `${category} ${value}`);
  return [
    `${out}: ${imported} rules, thresholds: ${limits.join(', ') || 'none'}`,
    `${folded.length} folded, ${gaps.length} gaps, ${notes.length} notes`,
    ...gaps.map(({ file, line, id, reason }) => `gap ${file}:${line} ${id}: ${reason}`),
    ...notes.map(({ file, line, id, reason }) => `note ${file}:${line} ${id}: ${reason}`),
  ].join('\n');
}

function parseVariable(
  text: string,
  before: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const [, name, value] = /^tx[.:]([\w.-]+)=(.*)$/is.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('It is written tx.name=value, e.g. tx.arg_length=400.');
  }
  return new Map([...before, [name, value]]);
}

function parseLevel(text: string): number {
  if (/^[1-4]$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a number from 1 to 4.');
}
