import { type Command, InvalidArgumentError } from 'commander';
import type { Candidate } from '../../generator/candidate.ts';
import { EXIT_CODE } from '../exit-code.ts';
import type { LearnedFile, LearnFileOptions } from '../learn-files.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';

/** `secbeat learn`: rules from recorded attacks and recorded benign traffic, without a fleet. */
export function learn(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('learn')
    .description('Learn rules that match recorded attacks and no recorded benign request.')
    .requiredOption(
      '--attacks <file...>',
      'suspicious requests: JSON lines, HAR or access logs; plain or .gz',
    )
    .requiredOption('--benign <file...>', 'benign requests, likewise; no rule matches one of them')
    .option('--out <file>', 'write the rules as a waf-config')
    .option('--seed <n>', 'the same input and seed give the same rules', parseCount, 1)
    .option('--max-rules <n>', 'most rules that are proposed', parseCount, 5)
    .option('--min-confidence <n>', 'rules below it are written in shadow mode', parseShare, 0.85)
    .option(
      '--min-sources <n>',
      'distinct client addresses below which confidence is reduced; 0: they do not count',
      parseCount,
      0,
    )
    .option('--no-detectors', 'do without is_sqli and is_xss');
  reports<LearnFileOptions>(command, terminal, async (options) => {
    const { learnFiles } = await import('../learn-files.ts');
    const learned = await learnFiles(options, terminal);
    return {
      text: describe(learned, options),
      json: learned,
      exitCode: learned.candidates.length > 0 ? EXIT_CODE.ok : EXIT_CODE.refused,
    };
  });
}

function describe(learned: LearnedFile, { minConfidence, out }: LearnFileOptions): string {
  const { candidates, attacks, benign, uncovered, bad } = learned;
  const lines = candidates.flatMap((candidate) => describeCandidate(candidate, minConfidence));
  const wrong = bad === 0 ? '' : `; ${bad} records could not be read`;
  lines.push(
    `${candidates.length} rules from ${attacks} attacks and ${benign} benign requests; ` +
      `${uncovered.length} attacks match none${wrong}`,
  );
  if (out !== undefined) lines.push(`written to ${out}`);
  return lines.join('\n');
}

function describeCandidate({ rule, sentence, evidence }: Candidate, least: number): string[] {
  const { confidence, mutations, mutations_matched, mean_steps } = evidence;
  const state = confidence < least ? `shadow: below ${least}` : 'enforce';
  return [
    `${rule.id}  confidence ${confidence} (${state})`,
    `  ${sentence}`,
    `  false positives at most ${(100 * evidence.false_positive_bound).toFixed(3)} % (95 %); ` +
      `${mutations_matched} of ${mutations} mutations matched; ${mean_steps} steps a request`,
    '',
  ];
}

function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number.');
}

function parseShare(text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError('It is a number from 0 to 1.');
}
