import { type Command, InvalidArgumentError } from 'commander';
import type { BuildOptions, BuiltFile } from '../build-file.ts';
import { diagnosticText } from '../diagnostics-text.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';

/** `secbeat build`: same input, same bytes. */
export function build(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('build')
    .description('Build the self-contained universal-waf.wasm from a waf-config.')
    .option('--config <file>', 'merged rules', 'waf-config.json')
    .option('--out <file>', 'what to write', 'universal-waf.wasm')
    .option('--key <file>', 'sign with this private key (PEM); absent: not signed')
    .option('--semver <version>', 'version in the manifest', parseSemver, '0.0.0');
  reports<BuildOptions>(command, terminal, async (options) => {
    const { buildFile } = await import('../build-file.ts');
    const { built, warnings } = await buildFile(options, terminal.env);
    for (const each of warnings) terminal.err(diagnosticText(each, options.config, terminal));
    return { text: describe(built), json: built };
  });
}

function describe({ out, digest, size, signed, manifest }: BuiltFile): string {
  const { rules, worst_case_steps: steps } = manifest;
  const seal = signed ? 'signed' : 'not signed';
  return `${out}: ${rules.length} rules, ${size} bytes, at most ${steps} steps, ${seal}\n${digest}`;
}

function parseSemver(text: string): string {
  if (/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(text)) return text;
  throw new InvalidArgumentError('It is a version such as 1.2.3.');
}
