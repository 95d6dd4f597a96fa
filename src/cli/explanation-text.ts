import type { BlockReason } from '../evaluation/block-reason.ts';

/** `rule sqli-union`, `sqli 10 ≥ 5 by a, b`, `the step budget` */
export function reasonText({ by, category, points, threshold, rules }: BlockReason): string {
  if (by === 'rule') return `rule ${rules[0] ?? ''}`;
  if (by === 'budget') return 'the step budget';
  if (category === undefined) return 'a threshold';
  const behind = rules.length === 0 ? '' : ` by ${some(rules)}`;
  return `${category} ${points} ≥ ${threshold}${behind}`;
}

const SHOWN = 5;

function some(rules: readonly string[]): string {
  const more = rules.length > SHOWN ? ` and ${rules.length - SHOWN} more` : '';
  return rules.slice(0, SHOWN).join(', ') + more;
}

/** `sqli 10, rfi 2`; '' without points. */
export function scoreText(score: Readonly<Record<string, number>>): string {
  return Object.entries(score)
    .sort(([, a], [, b]) => b - a)
    .map(([category, points]) => `${category} ${points}`)
    .join(', ');
}

/** Control characters of a request must not reach the terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    const code = character.charCodeAt(0);
    return `\\x${code.toString(16).padStart(2, '0')}`;
  });
}
