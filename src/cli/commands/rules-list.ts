import type { Command } from 'commander';
import { Option } from 'commander';
import type { RuleAnswer } from '../../orchestrator/answers/rule-answer.ts';
import { type ApiOptions, addApiOptions, apiClient } from '../api-options.ts';
import { reports } from '../report.ts';
import { renderTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface Filters extends ApiOptions {
  readonly state?: string;
  readonly source?: string;
  readonly tag?: string;
}

const STATES = ['active', 'pending', 'held', 'expired', 'off'];
const PATTERN_WIDTH = 60;

/** `secbeat rules list` */
export function rulesList(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('list')
    .description('List all rules with their state.')
    .addOption(new Option('--state <state>', 'only rules in this state').choices(STATES))
    .addOption(new Option('--source <source>', 'only these').choices(['static', 'dynamic']))
    .option('--tag <tag>', 'only rules with this tag');
  addApiOptions(command);
  reports<Filters>(command, terminal, async ({ state, source, tag, ...options }) => {
    const wanted = Object.entries({ state, source, tag }).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    );
    const query = wanted.length === 0 ? '' : `?${new URLSearchParams(wanted)}`;
    const answer = await apiClient(options, terminal).get<{
      rules: readonly RuleAnswer[];
      total: number;
    }>(`/api/v1/rules${query}`);
    return { text: table(answer.rules, terminal), json: answer };
  });
}

function table(rules: readonly RuleAnswer[], terminal: Terminal): string {
  if (rules.length === 0) return 'no rules';
  const rows = rules.map((rule) => [
    rule.id,
    stateOf(rule, terminal),
    rule.source,
    rule.mode === 'enforce' ? rule.action : `${rule.action} (${rule.mode})`,
    rule.expires_at ?? '-',
    cut(rule.pattern),
  ]);
  const header = ['id', 'state', 'source', 'action', 'expires', 'pattern'];
  return `${renderTable(header, rows)}\n${rules.length} rules`;
}

function stateOf({ state, reason, pending_version }: RuleAnswer, terminal: Terminal): string {
  if (state === 'active' && pending_version !== undefined) {
    return `${terminal.style('green', state)}, ${terminal.style('yellow', 'new version pending')}`;
  }
  if (state === 'active') return terminal.style('green', state);
  return terminal.style('yellow', reason === undefined ? state : `${state}: ${reason}`);
}

function cut(text: string): string {
  return text.length <= PATTERN_WIDTH ? text : `${text.slice(0, PATTERN_WIDTH - 1)}…`;
}
