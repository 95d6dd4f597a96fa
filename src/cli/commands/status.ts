import type { Command } from 'commander';
import type { NodeAnswer } from '../../orchestrator/answers/node-answer.ts';
import { type ApiOptions, addApiOptions, apiClient } from '../api-options.ts';
import { EXIT_CODE } from '../exit-code.ts';
import { reports } from '../report.ts';
import { renderTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

/** `secbeat status` */
export function status(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('status')
    .description('The nodes: what they run, whether they are alive, and where they drift.');
  addApiOptions(command);
  reports<ApiOptions>(command, terminal, async (options) => {
    const answer = await apiClient(options, terminal).get<{ nodes: readonly NodeAnswer[] }>(
      '/api/v1/nodes',
    );
    const isFine = answer.nodes.every(({ alive, drift }) => alive && drift.length === 0);
    return {
      text: table(answer.nodes, terminal),
      json: answer,
      exitCode: isFine ? EXIT_CODE.ok : EXIT_CODE.notConverged,
    };
  });
}

function table(nodes: readonly NodeAnswer[], terminal: Terminal): string {
  if (nodes.length === 0) return 'no node has reported yet';
  const rows = nodes.map((node) => [
    node.id,
    node.alive ? terminal.style('green', node.state) : terminal.style('red', 'dead'),
    node.revision ?? '-',
    modulesOf(node),
    node.drift.length === 0 ? 'no' : terminal.style('red', 'yes'),
    String(node.counters.requests),
    String(node.counters.blocked),
    node.data_url,
    node.reported_at,
  ]);
  const drifts = nodes.flatMap(({ id, drift }) =>
    drift.map(({ module, message }) => `\n${id}: ${module}: ${message}`),
  );
  return renderTable(HEADER, rows) + drifts.join('');
}

const HEADER = [
  'node',
  'state',
  'revision',
  'modules',
  'drift',
  'requests',
  'blocked',
  'data plane',
  'reported',
];

/** Modules beside universal-waf, which has a column of its own. */
function modulesOf({ modules }: NodeAnswer): string {
  const others = Object.entries(modules).filter(([name]) => name !== 'universal-waf');
  return others.map(([name, { revision }]) => `${name} ${revision}`).join(', ') || '-';
}
