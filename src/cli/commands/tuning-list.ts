import type { Command } from 'commander';
import type { TuningAnswer } from '../../orchestrator/answers/tuning-answer.ts';
import { type ApiOptions, addApiOptions, apiClient } from '../api-options.ts';
import { reports } from '../report.ts';
import { renderTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

/** `secbeat tuning list` */
export function tuningList(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('list')
    .description('List all tuning entries with the rules that they are about.');
  addApiOptions(command);
  reports<ApiOptions>(command, terminal, async (options) => {
    const answer = await apiClient(options, terminal).get<{
      tuning: readonly TuningAnswer[];
      total: number;
    }>('/api/v1/tuning');
    return { text: table(answer.tuning, terminal), json: answer };
  });
}

function table(tuning: readonly TuningAnswer[], terminal: Terminal): string {
  if (tuning.length === 0) return 'no tuning';
  const rows = tuning.map((answer) => {
    const { path = ['everywhere'], method = [], expires_at } = answer.entry;
    return [
      answer.id,
      answer.state === 'active' ? describe(answer) : terminal.style('yellow', 'expired'),
      [...method, ...path].join(' '),
      answer.effect === 'thresholds' ? '-' : String(answer.rules.length),
      expires_at ?? '-',
      answer.entry.reason ?? '-',
    ];
  });
  const header = ['id', 'effect', 'where', 'rules', 'expires', 'reason'];
  return renderTable(header, rows);
}

function describe({ effect, entry }: TuningAnswer): string {
  if (effect === 'except') return `without ${entry.except?.join(', ')}`;
  if (effect === 'mode') return String(entry.mode);
  if (effect === 'paranoia') return `paranoia ${entry.paranoia}`;
  const thresholds = Object.entries(entry.thresholds ?? {});
  return thresholds.map(([name, points]) => `${name} ${points}`).join(', ');
}
