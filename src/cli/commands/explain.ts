import type { Command } from 'commander';
import { createApiClient } from '../api-client.ts';
import { CliFailure } from '../cli-failure.ts';
import { EXIT_CODE } from '../exit-code.ts';
import type { RequestOptions } from '../explain-file.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';

interface ExplainOptions extends RequestOptions {
  readonly config?: string;
  readonly requestId?: string;
  readonly node: string;
  readonly key?: string;
}

const DEFAULT_NODE = 'http://127.0.0.1:9090';

/** `secbeat explain`: why one request gets the verdict that it gets. */
export function explain(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('explain')
    .description('Show why a request is blocked or scored as it is: rule by rule, byte by byte.')
    .argument('[request]', 'file with a raw HTTP request or a JSON line; -: standard input')
    .option('--config <file>', 'a waf-config, a file of rules, or an artifact')
    .option('--id <id>', 'the line of that id, in a file with several')
    .option('--method <method>', 'default GET, with --data POST')
    .option('--uri <uri>', 'request target, e.g. /search?q=1')
    .option('--header <line>', '"Name: value"; may be repeated', collect, [])
    .option('--data <text>', 'body')
    .option('--client <address>', 'client address')
    .option('--request-id <id>', 'a request that a node has seen (X-Request-Id)')
    .option('--node <url>', 'admin address of that node', DEFAULT_NODE)
    .option('--key <key>', 'API key of that node; default ORCHESTRATOR_API_KEY');
  reports<ExplainOptions, [string | undefined]>(command, terminal, async (options, file) => {
    const explained = await explainedBy(options, file, terminal);
    const { explainText } = await import('../explain-text.ts');
    return { text: explainText(explained, terminal), json: explained };
  });
}

async function explainedBy(options: ExplainOptions, file: string | undefined, terminal: Terminal) {
  const { config, requestId, node, key = terminal.env.ORCHESTRATOR_API_KEY ?? '' } = options;
  if (requestId !== undefined) {
    const { explainEvent } = await import('../explain-event.ts');
    return explainEvent(createApiClient(node, key), requestId);
  }
  if (config === undefined) {
    throw new CliFailure(EXIT_CODE.usage, 'by which rules? --config is missing');
  }
  const { explainFile } = await import('../explain-file.ts');
  return explainFile(file, { ...options, config }, terminal);
}

function collect(line: string, lines: readonly string[]): readonly string[] {
  return [...lines, line];
}
