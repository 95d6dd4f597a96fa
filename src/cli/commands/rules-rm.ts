import type { Command } from 'commander';
import type { AcceptedAnswer } from '../../orchestrator/answers/outcome-answer.ts';
import { type ApiOptions, addApiOptions, apiClient } from '../api-options.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';
import { addWaitOption, awaitIfAsked, describeRelease, type WaitOptions } from '../wait-option.ts';

/** `secbeat rules rm ID` */
export function rulesRm(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('rm')
    .description('Remove a dynamic rule.')
    .argument('<id>', 'id of the rule');
  addWaitOption(addApiOptions(command));
  reports<ApiOptions & WaitOptions, [string]>(command, terminal, async (options, id) => {
    const api = apiClient(options, terminal);
    const path = `/api/v1/rules/${encodeURIComponent(id)}`;
    const accepted = await api.send<AcceptedAnswer>('DELETE', path);
    const settled = await awaitIfAsked(options, accepted.release, api, terminal);
    return {
      text: `removed ${id}; ${describeRelease(accepted, settled)}`,
      json: settled === null ? accepted : { ...accepted, settled },
    };
  });
}
