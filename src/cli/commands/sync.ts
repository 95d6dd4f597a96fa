import type { Command } from 'commander';
import type { SyncReport } from '../../pipeline/releases.ts';
import { type ApiOptions, addApiOptions, apiClient } from '../api-options.ts';
import { EXIT_CODE } from '../exit-code.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';

/** `secbeat sync` */
export function sync(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('sync')
    .description('Find nodes that do not run what they should, repair them, and prove it.');
  addApiOptions(command);
  reports<ApiOptions>(command, terminal, async (options) => {
    const api = apiClient(options, terminal);
    const report = await api.send<SyncReport>('POST', '/api/v1/wasm/sync-versions');
    return {
      text: describe(report),
      json: report,
      exitCode: report.success ? EXIT_CODE.ok : EXIT_CODE.notConverged,
    };
  });
}

function describe({ checked, drifted, repaired, failed }: SyncReport): string {
  return [
    `checked ${checked} nodes, ${drifted.length === 0 ? 'none drifts' : 'found:'}`,
    ...drifted.map(({ node, module, message }) => `  ${node}: ${module}: ${message}`),
    ...repaired.map((node) => `repaired ${node}`),
    ...failed.map(({ node, error }) => `failed ${node}: ${error}`),
  ].join('\n');
}
