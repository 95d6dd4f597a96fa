import type { Command } from 'commander';
import type { AcceptedAnswer } from '../../orchestrator/answers/outcome-answer.ts';
import type { TuningAnswer } from '../../orchestrator/answers/tuning-answer.ts';
import { type ApiOptions, addApiOptions, apiClient } from '../api-options.ts';
import { diagnosticText, isError } from '../diagnostics-text.ts';
import { EXIT_CODE } from '../exit-code.ts';
import { readInput } from '../read-input.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';
import { addWaitOption, awaitIfAsked, describeRelease, type WaitOptions } from '../wait-option.ts';

interface AddOptions extends ApiOptions, WaitOptions {
  readonly replace?: boolean;
  readonly dryRun?: boolean;
}

interface Checked {
  readonly valid: boolean;
  readonly tuning: readonly Pick<TuningAnswer, 'entry' | 'rules'>[];
  readonly diagnostics: AcceptedAnswer['warnings'];
}

/** `secbeat tuning add FILE|-` */
export function tuningAdd(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('add')
    .description('Add the entries of a file: one, an array, or {"tuning": […]}; all or none.')
    .argument('<file>', 'JSON file, or - for standard input')
    .option('--replace', 'the file is one entry that takes the place of the one with its id')
    .option('--dry-run', 'only check, and show which rules would be affected');
  addWaitOption(addApiOptions(command));
  reports<AddOptions, [string]>(command, terminal, async (options, file) => {
    const api = apiClient(options, terminal);
    const text =
      file === '-' ? await terminal.readStdin() : (await readInput(file)).toString('utf8');
    if (options.dryRun === true) {
      const checked = await api.send<Checked>('POST', '/api/v1/tuning/validate', text);
      const found = checked.diagnostics.map((each) => diagnosticText(each, file, terminal));
      const affected = checked.tuning.map(({ entry, rules }) => {
        return `${entry.id}: ${rules.length === 0 ? 'no rule' : rules.join(', ')}`;
      });
      return {
        text: [...found, ...affected].join('\n'),
        json: checked,
        exitCode: checked.diagnostics.some(isError) ? EXIT_CODE.refused : EXIT_CODE.ok,
      };
    }
    const accepted =
      options.replace === true
        ? await api.send<AcceptedAnswer>('PUT', `/api/v1/tuning/${idIn(text)}`, text)
        : await api.send<AcceptedAnswer>('POST', '/api/v1/tuning', text);
    for (const warning of accepted.warnings) terminal.err(diagnosticText(warning, file, terminal));
    const settled = await awaitIfAsked(options, accepted.release, api, terminal);
    return {
      text: `accepted ${accepted.ids.join(', ')}; ${describeRelease(accepted, settled)}`,
      json: settled === null ? accepted : { ...accepted, settled },
    };
  });
}

/** The id that the text states, for the address; what is wrong with the text is the server's to say. */
function idIn(text: string): string {
  try {
    return encodeURIComponent(String((JSON.parse(text) as { id?: unknown }).id ?? '-'));
  } catch {
    return '-';
  }
}
