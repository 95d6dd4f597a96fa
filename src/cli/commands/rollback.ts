import type { Command } from 'commander';
import type { DeploymentAnswer } from '../../orchestrator/answers/deployment-answer.ts';
import { type ApiOptions, addApiOptions, apiClient } from '../api-options.ts';
import { diagnosticText } from '../diagnostics-text.ts';
import { EXIT_CODE } from '../exit-code.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';

interface Options extends ApiOptions {
  readonly target?: string;
}

type Answer = DeploymentAnswer & { readonly rolled_back_to: string };

/** `secbeat rollback [REV]` */
export function rollback(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('rollback')
    .description('Publish an earlier release again, at once; default: the one before the current.')
    .argument('[revision]', 'e.g. v41')
    .option('--target <target>', 'all, node ids (node-1,node-2) or label:zone=eu; default all');
  addApiOptions(command);
  reports<Options, [string | undefined]>(command, terminal, async (options, revision) => {
    const { target } = options;
    const body = {
      ...(revision === undefined ? {} : { revision }),
      ...(target === undefined ? {} : { target }),
    };
    const answer = await apiClient(options, terminal).send<Answer>(
      'POST',
      '/api/v1/wasm/rollback',
      body,
    );
    for (const warning of answer.warnings) terminal.err(diagnosticText(warning, '', terminal));
    const faults = Object.entries(answer.errors).map(([node, why]) => `\n${node}: ${why}`);
    return {
      text: `rolled back to ${answer.rolled_back_to} as ${answer.release.revision} on ${answer.deployed_to.length} nodes${faults.join('')}`,
      json: answer,
      exitCode: answer.success ? EXIT_CODE.ok : EXIT_CODE.notConverged,
    };
  });
}
