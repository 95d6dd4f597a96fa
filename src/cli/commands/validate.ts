import type { Command } from 'commander';
import type { Diagnostic } from '../../rules/diagnostic.ts';
import { diagnosticText, isError } from '../diagnostics-text.ts';
import { EXIT_CODE } from '../exit-code.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';

/** `secbeat validate FILE…` */
export function validate(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('validate')
    .description('Check files of rules, or a waf-config: syntax, meaning, compilation, examples.')
    .argument('<file...>', 'JSON files');
  reports<object, [readonly string[]]>(command, terminal, async (_options, files) => {
    const { openOfflineChecks } = await import('../offline-checks.ts');
    const { checkFile } = await openOfflineChecks(terminal.env);
    const results = await Promise.all(
      files.map(async (file) => {
        const { config, diagnostics } = await checkFile(file);
        return { file, valid: config !== null, rules: config?.rules.length ?? 0, diagnostics };
      }),
    );
    const isValid = results.every(({ valid }) => valid);
    return {
      text: results.map((result) => describe(result, terminal)).join('\n'),
      json: { valid: isValid, files: results },
      exitCode: isValid ? EXIT_CODE.ok : EXIT_CODE.refused,
    };
  });
}

interface Result {
  readonly file: string;
  readonly rules: number;
  readonly diagnostics: readonly Diagnostic[];
}

function describe({ file, rules, diagnostics }: Result, terminal: Terminal): string {
  const errors = diagnostics.filter(isError).length;
  const verdict =
    errors === 0
      ? `${file}: ${rules} ${rules === 1 ? 'rule' : 'rules'}, ${terminal.style('green', 'valid')}`
      : `${file}: ${terminal.style('red', `${errors} ${errors === 1 ? 'error' : 'errors'}`)}`;
  return [...diagnostics.map((each) => diagnosticText(each, file, terminal)), verdict].join('\n');
}
