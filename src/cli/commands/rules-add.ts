import type { Command } from 'commander';
import type { AcceptedAnswer } from '../../orchestrator/answers/outcome-answer.ts';
import { type ApiOptions, addApiOptions, apiClient } from '../api-options.ts';
import { CliFailure } from '../cli-failure.ts';
import { diagnosticText } from '../diagnostics-text.ts';
import { readInput } from '../read-input.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';
import { addWaitOption, awaitIfAsked, describeRelease, type WaitOptions } from '../wait-option.ts';

/** `secbeat rules add FILE|-` */
export function rulesAdd(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('add')
    .description('Add the rules of a file: one, an array, or {"rules": […]}; all of them or none.')
    .argument('<file>', 'JSON file, or - for standard input');
  addWaitOption(addApiOptions(command));
  reports<ApiOptions & WaitOptions, [string]>(command, terminal, async (options, file) => {
    const api = apiClient(options, terminal);
    const text = await readText(file, terminal);
    const accepted = await naming(file, () =>
      api.send<AcceptedAnswer>('POST', '/api/v1/rules', text),
    );
    for (const warning of accepted.warnings) terminal.err(diagnosticText(warning, file, terminal));
    const settled = await awaitIfAsked(options, accepted.release, api, terminal);
    const pending = accepted.pending.map((id) => `\n${id} waits for: secbeat rules approve ${id}`);
    return {
      text: `accepted ${accepted.accepted} ${accepted.accepted === 1 ? 'rule' : 'rules'}; ${describeRelease(accepted, settled)}${pending.join('')}`,
      json: settled === null ? accepted : { ...accepted, settled },
    };
  });
}

async function readText(file: string, terminal: Terminal): Promise<string> {
  return file === '-' ? terminal.readStdin() : (await readInput(file)).toString('utf8');
}

/** The server knows the text only; diagnostics get the name of the file it came from. */
async function naming<T>(file: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    const { exitCode, message, code, hint } = error;
    const name = file === '-' ? '<stdin>' : file;
    const diagnostics = error.diagnostics.map((each) => ({ file: name, ...each }));
    throw new CliFailure(exitCode, message, { code, hint, diagnostics, cause: error });
  }
}
