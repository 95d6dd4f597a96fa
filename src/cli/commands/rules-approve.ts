import { type Command, InvalidArgumentError } from 'commander';
import type { AcceptedAnswer } from '../../orchestrator/answers/outcome-answer.ts';
import { type ApiOptions, addApiOptions, apiClient } from '../api-options.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';
import { addWaitOption, awaitIfAsked, describeRelease, type WaitOptions } from '../wait-option.ts';

interface Options extends ApiOptions, WaitOptions {
  readonly ttl?: number;
}

/** `secbeat rules approve ID` */
export function rulesApprove(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('approve')
    .description('Approve a pending rule, or lift the hold of a held one.')
    .argument('<id>', 'id of the rule')
    .option('--ttl <seconds>', 'lifetime from now; 0: it never expires', parseTtl);
  addWaitOption(addApiOptions(command));
  reports<Options, [string]>(command, terminal, async (options, id) => {
    const api = apiClient(options, terminal);
    const path = `/api/v1/rules/${encodeURIComponent(id)}/approve`;
    const body = options.ttl === undefined ? {} : { ttl_seconds: options.ttl };
    const accepted = await api.send<AcceptedAnswer>('POST', path, body);
    const settled = await awaitIfAsked(options, accepted.release, api, terminal);
    return {
      text: `approved ${id}; ${describeRelease(accepted, settled)}`,
      json: settled === null ? accepted : { ...accepted, settled },
    };
  });
}

function parseTtl(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number of seconds.');
}
