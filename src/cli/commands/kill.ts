import { Argument, type Command } from 'commander';
import type { AcceptedAnswer } from '../../orchestrator/answers/outcome-answer.ts';
import { type ApiOptions, addApiOptions, apiClient } from '../api-options.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';
import { addWaitOption, awaitIfAsked, describeRelease, type WaitOptions } from '../wait-option.ts';

interface Options extends ApiOptions, WaitOptions {
  readonly rule?: string;
  readonly reason?: string;
}

type Answer = Pick<AcceptedAnswer, 'release' | 'warnings'>;

/** `secbeat kill on|off [--rule ID]` */
export function kill(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('kill')
    .description('Kill switch: take all rules (shadow mode) or one rule (held) out of enforcement.')
    .addArgument(new Argument('<state>', 'on or off').choices(['on', 'off']))
    .option('--rule <id>', 'only this rule')
    .option('--reason <text>', 'shown beside the switch, or with the held rule');
  addWaitOption(addApiOptions(command));
  reports<Options, ['on' | 'off']>(command, terminal, async (options, state) => {
    const { rule, reason } = options;
    const api = apiClient(options, terminal);
    const body = {
      engaged: state === 'on',
      ...(rule === undefined ? {} : { rule_id: rule }),
      ...(reason === undefined ? {} : { reason }),
    };
    const answer = await api.send<Answer>('POST', '/api/v1/kill-switch', body);
    const settled = await awaitIfAsked(options, answer.release, api, terminal);
    const what = rule === undefined ? 'kill switch' : `kill switch of ${rule}`;
    return {
      text: `${what} ${state}; ${describeRelease(answer, settled)}`,
      json: settled === null ? answer : { ...answer, settled },
    };
  });
}
