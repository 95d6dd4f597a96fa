import { stripVTControlCharacters } from 'node:util';

/** Rows under a header, columns aligned by two spaces; cells may carry colours. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [header.map((name) => name.toUpperCase()), ...rows];
  const widths = header.map((_, column) =>
    Math.max(...lines.map((line) => visibleLength(line[column] ?? ''))),
  );
  return lines.map((line) => renderLine(line, widths)).join('\n');
}

function renderLine(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - visibleLength(cell)))
    .join('  ')
    .trimEnd();
}

function visibleLength(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}
