import type { Command } from 'commander';
import { addApiOptions } from '../api-options.ts';
import { reports } from '../report.ts';
import { type ReviewOptions, reviewCandidate } from '../review-candidate.ts';
import type { Terminal } from '../terminal.ts';
import { addWaitOption } from '../wait-option.ts';

interface Options extends ReviewOptions {
  readonly reason?: string;
}

/** `secbeat reject ID [--reason TEXT]` */
export function reject(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('reject')
    .description('Take the rule of a candidate away; the generator never proposes it again.')
    .argument('<id>', 'id of the candidate')
    .option('--reason <text>', 'written into its history');
  addWaitOption(addApiOptions(command));
  reports<Options, [string]>(command, terminal, (options, id) => {
    const body = options.reason === undefined ? {} : { reason: options.reason };
    return reviewCandidate('reject', id, body, options, terminal);
  });
}
