import type { RecordedRequest } from './recorded-request.ts';
import type { Judgement } from './replay.ts';

/** One line of `--out`: what became of one request. */
export interface VerdictLine {
  readonly id: string;
  readonly blocked: boolean;
  readonly action: Judgement['action'];
  /** Rules in enforcement that matched. */
  readonly rules: readonly string[];
  /** Points by category. */
  readonly score: Readonly<Record<string, number>>;
  /** Rules in shadow mode that matched; absent when there are none. */
  readonly shadow?: readonly string[];
}

export function verdictLine({ id }: RecordedRequest, judgement: Judgement): VerdictLine {
  const { action, blocked, explanation } = judgement;
  const rules = explanation.matches.filter(({ shadow }) => !shadow).map(({ rule }) => rule);
  const shadow = explanation.matches.filter((match) => match.shadow).map(({ rule }) => rule);
  const line = { id, blocked, action, rules, score: explanation.score };
  return shadow.length === 0 ? line : { ...line, shadow };
}
