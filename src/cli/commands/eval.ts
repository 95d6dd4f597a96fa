import { type Command, InvalidArgumentError, Option } from 'commander';
import { RECORDING_FORMATS } from '../../evaluation/recording-format.ts';
import type { EvalOptions } from '../eval-files.ts';
import type { EvalGates } from '../eval-gates.ts';
import { EXIT_CODE } from '../exit-code.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';

/** `secbeat eval`: what rules would do to requests that were recorded. */
export function evaluation(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('eval')
    .description('Replay recorded requests through rules: what would be blocked, by what, and why.')
    .requiredOption('--config <file>', 'a waf-config, a file of rules, or an artifact')
    .requiredOption(
      '--requests <file...>',
      'JSON lines, HAR, or access logs; plain or .gz; -: standard input',
    )
    .addOption(
      new Option('--format <format>', 'default: told by the content').choices(RECORDING_FORMATS),
    )
    .option('--out <file>', 'write {"id","blocked","action","rules","score"} a line')
    .option('--baseline <file>', 'compare with another config or artifact, request by request')
    .option('--limit <n>', 'stop after so many requests', parseCount)
    .option('--samples <n>', 'samples of each kind that are shown', parseCount, 10)
    .option('--max-false-positive-rate <rate>', 'exit 1 above it; 0 to 1', parseRate)
    .option('--min-detection-rate <rate>', 'exit 1 below it; 0 to 1', parseRate)
    .option('--max-new-blocks <n>', 'exit 1 above it; needs --baseline', parseCount);
  reports<EvalOptions & EvalGates>(command, terminal, async (options) => {
    const { evalFiles } = await import('../eval-files.ts');
    const { brokenGates } = await import('../eval-gates.ts');
    const { evalText } = await import('../eval-text.ts');
    const result = await evalFiles(options, terminal);
    const broken = brokenGates(result, options);
    return {
      text: [evalText(result), ...broken.map((each) => `BROKEN: ${each}`)].join('\n'),
      json: { ...result, broken_gates: broken },
      exitCode: broken.length === 0 ? EXIT_CODE.ok : EXIT_CODE.refused,
    };
  });
}

function parseCount(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number.');
}

function parseRate(text: string): number {
  const rate = Number(text);
  if (text.trim() !== '' && rate >= 0 && rate <= 1) return rate;
  throw new InvalidArgumentError('It is a number from 0 to 1.');
}
