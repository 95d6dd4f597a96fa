import type { CategoryScore, ExplainedMatch } from '../evaluation/explain-request.ts';
import type { ExplainedFile } from './explain-file.ts';
import { printable, reasonText, scoreText } from './explanation-text.ts';
import type { Terminal } from './terminal.ts';

const MAX_URI = 200;

/** The explanation of one request for people: the verdict, the scores, then rule by rule. */
export function explainText({ method, uri, explained }: ExplainedFile, terminal: Terminal): string {
  const { action, blocked_by, rule, matches, score, steps, failed, truncated } = explained;
  const colour = action === 'block' ? 'red' : 'green';
  const by =
    blocked_by === null
      ? rule === null
        ? ''
        : ` by rule ${rule}`
      : ` by ${reasonText(blocked_by)}`;
  const lines = [
    `${terminal.style(colour, action.toUpperCase())}${by}`,
    printable(`${method} ${uri.slice(0, MAX_URI)}`),
  ];
  if (score.length > 0) lines.push(`score: ${score.map(categoryText).join(', ')}`);
  if (steps > 0) lines.push(`steps: ${steps}`);
  if (failed) lines.push('The rules could not judge it: the failure policy of the node decides.');
  if (truncated)
    lines.push('It is larger than the limits: what lies beyond them was not looked at.');
  if (matches.length === 0) lines.push('No rule matched.');
  return [lines.join('\n'), ...matches.map((match) => matchText(match, terminal))].join('\n\n');
}

function categoryText({ category, points, threshold }: CategoryScore): string {
  if (threshold === null) return `${category} ${points}`;
  return `${category} ${points} ${points >= threshold ? '≥' : '<'} ${threshold}`;
}

function matchText(match: ExplainedMatch, terminal: Terminal): string {
  const { rule, title, shadow, to_blame, adds, target, transforms, offset, length } = match;
  const added = scoreText(adds).replaceAll(/ (?=\d)/g, ' +');
  const marks = [
    ...(shadow ? ['shadow'] : []),
    ...(to_blame ? ['to blame'] : []),
    ...(added === '' ? [] : [`${shadow ? 'would add' : 'adds'} ${added}`]),
  ];
  const head = `${terminal.style('bold', rule)}${marks.length === 0 ? '' : ` (${marks.join('; ')})`}`;
  const where = target === '' ? 'looks at no value' : `in ${printable(target)}`;
  const after = transforms.length === 0 ? '' : ` after ${transforms.join(', ')}`;
  const span = match.excerpt === null ? '' : `, bytes ${offset} to ${offset + length}`;
  return [
    title === undefined ? head : `${head}\n    ${title}`,
    `    ${where}${after}${span}`,
    ...excerptLines(match, terminal),
  ].join('\n');
}

/** The excerpt, and under it what of it was matched. */
function excerptLines({ excerpt, offset }: ExplainedMatch, terminal: Terminal): string[] {
  if (excerpt === null) return [];
  const isCut = offset > Buffer.byteLength(excerpt.before);
  const before = (isCut ? '…' : '') + printable(excerpt.before);
  const matched = printable(excerpt.matched);
  const text = before + terminal.style('red', matched) + printable(excerpt.after);
  const carets = '^'.repeat(Math.max(1, [...matched].length));
  return [`    ${text}`, `    ${' '.repeat([...before].length)}${carets}`];
}
