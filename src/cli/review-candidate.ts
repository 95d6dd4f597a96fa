import type { CandidateAnswer } from '../orchestrator/answers/candidate-answer.ts';
import type { AcceptedAnswer } from '../orchestrator/answers/outcome-answer.ts';
import { type ApiOptions, apiClient } from './api-options.ts';
import type { Report } from './report.ts';
import type { Terminal } from './terminal.ts';
import { awaitIfAsked, describeRelease, type WaitOptions } from './wait-option.ts';

export interface ReviewOptions extends ApiOptions, WaitOptions {}

type Answer = Pick<AcceptedAnswer, 'release' | 'warnings'> & {
  readonly candidate: CandidateAnswer;
};

/** Sends a person's word about a candidate and reports what became of its rule. */
export async function reviewCandidate(
  word: 'approve' | 'reject',
  id: string,
  body: object,
  options: ReviewOptions,
  terminal: Terminal,
): Promise<Report> {
  const api = apiClient(options, terminal);
  const path = `/api/v1/candidates/${encodeURIComponent(id)}/${word}`;
  const answer = await api.send<Answer>('POST', path, body);
  const settled = await awaitIfAsked(options, answer.release, api, terminal);
  return {
    text: `${id} is ${answer.candidate.state}; ${describeRelease(answer, settled)}`,
    json: settled === null ? answer : { ...answer, settled },
  };
}
