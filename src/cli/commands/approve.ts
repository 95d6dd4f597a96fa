import { type Command, InvalidArgumentError } from 'commander';
import { addApiOptions } from '../api-options.ts';
import { reports } from '../report.ts';
import { type ReviewOptions, reviewCandidate } from '../review-candidate.ts';
import type { Terminal } from '../terminal.ts';
import { addWaitOption } from '../wait-option.ts';

interface Options extends ReviewOptions {
  readonly ttl?: number;
}

/** `secbeat approve ID` */
export function approve(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('approve')
    .description('Enforce the rule of a candidate of the generator.')
    .argument('<id>', 'id of the candidate')
    .option('--ttl <seconds>', 'lifetime from now', parseTtl);
  addWaitOption(addApiOptions(command));
  reports<Options, [string]>(command, terminal, (options, id) => {
    const body = options.ttl === undefined ? {} : { ttl_seconds: options.ttl };
    return reviewCandidate('approve', id, body, options, terminal);
  });
}

function parseTtl(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number of seconds above 0.');
}
