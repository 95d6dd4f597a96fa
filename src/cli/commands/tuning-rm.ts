import type { Command } from 'commander';
import type { AcceptedAnswer } from '../../orchestrator/answers/outcome-answer.ts';
import { type ApiOptions, addApiOptions, apiClient } from '../api-options.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';
import { addWaitOption, awaitIfAsked, describeRelease, type WaitOptions } from '../wait-option.ts';

/** `secbeat tuning rm ID` */
export function tuningRm(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('rm')
    .description('Remove a tuning entry.')
    .argument('<id>', 'id of the entry');
  addWaitOption(addApiOptions(command));
  reports<ApiOptions & WaitOptions, [string]>(command, terminal, async (options, id) => {
    const api = apiClient(options, terminal);
    const path = `/api/v1/tuning/${encodeURIComponent(id)}`;
    const accepted = await api.send<AcceptedAnswer>('DELETE', path);
    const settled = await awaitIfAsked(options, accepted.release, api, terminal);
    return {
      text: `removed ${id}; ${describeRelease(accepted, settled)}`,
      json: settled === null ? accepted : { ...accepted, settled },
    };
  });
}
