import { Argument, type Command } from 'commander';
import { type ApiOptions, addApiOptions, apiClient } from '../api-options.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';

interface Options extends ApiOptions {
  readonly note?: string;
}

/** What a person types, and what the API calls it. */
const LABELS = { attack: 'attack', 'false-positive': 'false_positive' } as const;
type Word = keyof typeof LABELS;

/** `secbeat feedback REQUEST_ID attack|false-positive` */
export function feedback(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('feedback')
    .description('Say what a request was, so that the generator learns from it.')
    .argument('<request-id>', 'what the client got as X-Request-Id')
    .addArgument(new Argument('<label>', 'what it was').choices(Object.keys(LABELS)))
    .option('--note <text>', 'why, for people');
  addApiOptions(command);
  reports<Options, [string, Word]>(command, terminal, async (options, requestId, word) => {
    const api = apiClient(options, terminal);
    const { note } = options;
    const body = {
      request_id: requestId,
      label: LABELS[word],
      ...(note === undefined ? {} : { note }),
    };
    const answer = await api.send<object>('POST', '/api/v1/feedback', body);
    return { text: `${requestId} noted as ${word}`, json: answer };
  });
}
