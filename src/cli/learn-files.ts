import { writeFile } from 'node:fs/promises';
import { readRecordedRequests } from '../evaluation/read-recorded-requests.ts';
import type { RecordedRequest } from '../evaluation/recorded-request.ts';
import { createBenignPool } from '../generator/learn/benign-pool.ts';
import type { LearnResult } from '../generator/learn/learn-options.ts';
import { learnRules } from '../generator/learn/learn-rules.ts';
import { CliFailure } from './cli-failure.ts';
import { readEngine } from './engine.ts';
import { EXIT_CODE } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

export interface LearnFileOptions {
  readonly attacks: readonly string[];
  readonly benign: readonly string[];
  readonly out?: string;
  readonly seed: number;
  readonly maxRules: number;
  readonly minConfidence: number;
  readonly minSources: number;
  readonly detectors: boolean;
}

export interface LearnedFile extends LearnResult {
  readonly attacks: number;
  readonly benign: number;
  /** Records that could not be read. */
  readonly bad: number;
}

/** Learns rules from recordings; with `out`, writes them as a waf-config. */
export async function learnFiles(
  options: LearnFileOptions,
  terminal: Terminal,
): Promise<LearnedFile> {
  await readEngine();
  const bad = { count: 0 };
  const attacks = await readAll(options.attacks, bad, terminal);
  const benign = await readAll(options.benign, bad, terminal);
  const learned = await learnRules(attacks, {
    pool: createBenignPool(benign),
    seed: options.seed,
    maxRules: options.maxRules,
    minSources: options.minSources,
    detectors: options.detectors,
  });
  if (options.out !== undefined) await writeConfig(options.out, learned, options.minConfidence);
  return { ...learned, attacks: attacks.length, benign: benign.length, bad: bad.count };
}

async function readAll(
  files: readonly string[],
  bad: { count: number },
  terminal: Terminal,
): Promise<RecordedRequest[]> {
  const requests: RecordedRequest[] = [];
  for (const file of files) {
    terminal.progress(`reading ${file}`);
    const onBad = () => {
      bad.count++;
    };
    try {
      for await (const request of readRecordedRequests(file, { onBad })) requests.push(request);
    } catch (cause) {
      const why = (cause as Error).message;
      throw new CliFailure(EXIT_CODE.usage, why, { cause });
    }
  }
  terminal.progress('');
  return requests;
}

/** Rules of less confidence than is asked for are written in shadow mode: they count, and block nothing. */
async function writeConfig(
  out: string,
  { candidates }: LearnResult,
  minConfidence: number,
): Promise<void> {
  const rules = candidates.map(({ rule, evidence }) =>
    evidence.confidence < minConfidence ? { ...rule, mode: 'shadow' } : rule,
  );
  await writeFile(out, `${JSON.stringify({ version: 1, rules }, null, 2)}\n`);
}
