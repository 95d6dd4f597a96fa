import type { Match } from '../engine/verdict.ts';

/** Families of targets and the collection that ModSecurity calls them. */
const COLLECTIONS: readonly (readonly [RegExp, string])[] = [
  [/^(?:query|body\.form)\[(.*)\]$/s, 'ARGS:$1'],
  [/^(?:query|body\.form)\.names(?:\[(.*)\])?$/s, 'ARGS_NAMES:$1'],
  [/^headers\[(.*)\]$/s, 'REQUEST_HEADERS:$1'],
  [/^cookies\[(.*)\]$/s, 'REQUEST_COOKIES:$1'],
];

/** What a line says besides the match itself. */
export interface LineFacts {
  /** The message of the rule. */
  readonly message: string;
  readonly score: Readonly<Record<string, number>>;
}

/** Rules that compare a score with its threshold; the Core Rule Set tells the score in their message. */
const SCORE_RULES: ReadonlyMap<number, string> = new Map([
  [949110, 'inbound'],
  [959100, 'outbound'],
]);

/**
 * The line that ModSecurity would write for a match, as far as tests look at it: where it was found,
 * the id and the message.
 */
export function logLine({ rule, target }: Match, { message, score }: LineFacts): string {
  const id = ruleNumber(rule);
  const category = SCORE_RULES.get(id ?? 0);
  const total = category === undefined ? '' : ` (Total Score: ${score[category] ?? 0})`;
  return `found within ${collection(target)} [id "${id ?? rule}"] [msg "${message}${total}"]`;
}

/** `crs-920100` and `920100` → 920100; null for a rule that has no number. */
export function ruleNumber(rule: string): number | null {
  const digits = /^(?:crs-)?(\d+)$/.exec(rule)?.[1];
  return digits === undefined ? null : Number(digits);
}

function collection(target: string): string {
  const pointer = /^body\.json\.(\/.*)$/s.exec(target)?.[1];
  if (pointer !== undefined) return `ARGS:json${pointer.replaceAll('/', '.')}`;
  for (const [family, name] of COLLECTIONS) {
    if (family.test(target)) return target.replace(family, name);
  }
  return target;
}
