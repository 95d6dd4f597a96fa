import { readFileSync, writeFileSync } from 'node:fs';
import { packagePath } from '../../../src/config/package-root.ts';
import { describeMachine } from './machine.ts';
import type { Row } from './rows.ts';

export const PERFORMANCE_PAGE = packagePath('docs', 'performance.md');

/** What a table in the documentation says beside its rows. */
export interface Measurement {
  /** Names the markers: `<!-- engine:begin -->` … `<!-- engine:end -->`. */
  readonly table: 'engine' | 'proxy';
  readonly command: string;
  readonly rounds: number;
  readonly load: string;
  readonly date: string;
  readonly notes: readonly string[];
}

/** Replaces the table between its markers, and nothing else, in the page about performance. */
export function writeDocs(
  rows: readonly Row[],
  measurement: Measurement,
  page = PERFORMANCE_PAGE,
): void {
  const { table } = measurement;
  const begin = `<!-- ${table}:begin -->`;
  const end = `<!-- ${table}:end -->`;
  const text = readFileSync(page, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${page} has no markers ${begin} … ${end}`);
  const content = `${begin}\n\n${describe(rows, measurement)}\n`;
  writeFileSync(page, text.slice(0, from) + content + text.slice(to));
}

function describe(
  rows: readonly Row[],
  { command, rounds, load, date, notes }: Measurement,
): string {
  const lines = rows.map(
    ({ name, value, unit, peer, peer_value, ratio }) =>
      `| \`${name}\` | ${value} ${unit} | ${peer ?? ''} | ${peer ? `${peer_value} ${unit}` : ''} | ${ratio ?? ''} |`,
  );
  return [
    `\`${command}\`, ${date}, ${rounds} rounds, ${load}.`,
    `Machine: ${describeMachine()}.`,
    '',
    '| row | ours | peer | peer’s | ratio |',
    '|---|--:|---|--:|--:|',
    ...lines,
    '',
    ...notes.map((note) => `- ${note}`),
    '',
  ].join('\n');
}
