import type { Command } from 'commander';
import type { ModuleAnswer } from '../../orchestrator/answers/module-answer.ts';
import { targetText } from '../../orchestrator/answers/target-text.ts';
import { type ApiOptions, addApiOptions, apiClient } from '../api-options.ts';
import { reports } from '../report.ts';
import { renderTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

const HEADER = ['module', 'order', 'revision', 'target', 'digest', 'published'];
const DIGEST_LENGTH = 'sha256:'.length + 12;

/** `secbeat modules list` */
export function modulesList(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('list')
    .description('The modules that the fleet should run, in their order.');
  addApiOptions(command);
  reports<ApiOptions>(command, terminal, async (options) => {
    const answer = await apiClient(options, terminal).get<{ modules: readonly ModuleAnswer[] }>(
      '/api/v1/wasm/modules',
    );
    return { text: table(answer.modules), json: answer };
  });
}

function table(modules: readonly ModuleAnswer[]): string {
  const rows = modules.flatMap(({ name, order, assignments }) =>
    assignments.map(({ revision, target, digest, published_at }) => [
      ...[name, String(order), revision, targetText(target)],
      ...[digest.slice(0, DIGEST_LENGTH), published_at],
    ]),
  );
  return rows.length === 0 ? 'no modules' : renderTable(HEADER, rows);
}
