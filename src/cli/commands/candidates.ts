import { type Command, Option } from 'commander';
import type {
  CandidateAnswer,
  CandidateSummary,
} from '../../orchestrator/answers/candidate-answer.ts';
import { type ApiOptions, addApiOptions, apiClient } from '../api-options.ts';
import { type Report, reports } from '../report.ts';
import { renderTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface Options extends ApiOptions {
  readonly state?: string;
}

const STATES = ['shadow', 'waiting', 'enforced', 'demoted', 'rejected', 'expired', 'evicted'];

/** `secbeat candidates [ID]` */
export function candidates(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('candidates')
    .description('List the rules that the generator proposes, or show one with its history.')
    .argument('[id]', 'show this one')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES));
  addApiOptions(command);
  reports<Options, [string | undefined]>(command, terminal, async ({ state, ...options }, id) => {
    const api = apiClient(options, terminal);
    if (id !== undefined) {
      return shown(await api.get<CandidateAnswer>(`/api/v1/candidates/${encodeURIComponent(id)}`));
    }
    const query = state === undefined ? '' : `?state=${state}`;
    const answer = await api.get<{ candidates: readonly CandidateSummary[] }>(
      `/api/v1/candidates${query}`,
    );
    return { text: listed(answer.candidates), json: answer };
  });
}

function listed(all: readonly CandidateSummary[]): string {
  if (all.length === 0) return 'no candidates';
  const rows = all.map(({ id, state, confidence, hits, sentence }) => [
    ...[id, state, confidence === null ? '-' : confidence.toFixed(3)],
    ...[`${hits.confirmed} of ${hits.total}`, sentence],
  ]);
  const header = ['id', 'state', 'confidence', 'confirmed hits', 'what it blocks'];
  return `${renderTable(header, rows)}\n${all.length} candidates`;
}

function shown(candidate: CandidateAnswer): Report {
  const { id, state, sentence, evidence, hits, history, rule } = candidate;
  const pairs = (of: object) =>
    Object.entries(of)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  const steps = history.map(({ at, from, to, actor, reason }) => [
    ...[at, from === null ? to : `${from} → ${to}`, actor, reason],
  ]);
  const text = [
    `${id}: ${state}`,
    sentence,
    '',
    `evidence: ${pairs(evidence)}`,
    `hits: ${pairs(hits)}`,
    '',
    renderTable(['when', 'step', 'by', 'why'], steps),
    '',
    JSON.stringify({ action: rule.action, when: rule.when }, null, 2),
  ].join('\n');
  return { text, json: candidate };
}
