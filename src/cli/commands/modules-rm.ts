import type { Command } from 'commander';
import type { RemovalReport } from '../../pipeline/releases.ts';
import { type ApiOptions, addApiOptions, apiClient } from '../api-options.ts';
import { EXIT_CODE } from '../exit-code.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';

/** `secbeat modules rm NAME` */
export function modulesRm(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('rm')
    .description('Take a module off the fleet and wait until no live node runs it.')
    .argument('<name>', 'name of the module');
  addApiOptions(command);
  reports<ApiOptions, [string]>(command, terminal, async (options, name) => {
    const path = `/api/v1/wasm/modules/${encodeURIComponent(name)}`;
    const answer = await apiClient(options, terminal).send<RemovalReport>('DELETE', path);
    const faults = Object.entries(answer.errors).map(([node, why]) => `\n${node}: ${why}`);
    return {
      text: `removed ${name} from ${answer.removed_from.length} nodes${faults.join('')}`,
      json: answer,
      exitCode: answer.success ? EXIT_CODE.ok : EXIT_CODE.notConverged,
    };
  });
}
