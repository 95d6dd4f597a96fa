import { writeFile } from 'node:fs/promises';
import { loadSettings } from '../config/load-settings.ts';
import { readFtwTests } from '../ftw/read-ftw-tests.ts';
import { runFtw } from '../ftw/run-ftw.ts';
import type { FtwResult } from '../ftw/run-suite.ts';
import { type SuiteSummary, summarise } from '../ftw/suite-summary.ts';
import { createLogger } from '../telemetry/logger.ts';
import { CliFailure } from './cli-failure.ts';
import { EXIT_CODE } from './exit-code.ts';
import { readInput } from './read-input.ts';
import { readRunnable } from './read-runnable.ts';
import type { Terminal } from './terminal.ts';

export interface FtwOptions {
  /** A waf-config or an artifact. */
  readonly config: string;
  readonly tests: string;
  readonly out?: string;
  /** Regular expression on test ids. */
  readonly only?: RegExp;
}

const PROGRESS_EVERY = 50;

/** Runs the tests and writes a line for each when it is asked for. */
export async function ftwFile(options: FtwOptions, terminal: Terminal): Promise<SuiteSummary> {
  const { config, only, out } = options;
  const all = readFtwTests(await readInput(options.tests));
  const tests = only === undefined ? all : all.filter(({ testId }) => only.test(testId));
  if (tests.length === 0) throw new CliFailure(EXIT_CODE.usage, 'no test is left to run');
  const artifact = await readRunnable(config, terminal.env);
  const settings = loadSettings({ env: terminal.env });
  const log = createLogger({ ...settings.log, level: 'silent' }, 'ftw');
  let done = 0;
  const onResult = () => {
    done += 1;
    if (done % PROGRESS_EVERY === 0) terminal.progress(`${done} of ${tests.length} tests`);
  };
  const results = await runFtw({ tests, artifact, settings, log, onResult });
  terminal.progress('');
  if (out !== undefined) await write(out, results);
  return summarise(results);
}

async function write(file: string, results: readonly FtwResult[]): Promise<void> {
  const lines = results.map(({ test, pass, reason }) => {
    return `${JSON.stringify({ test_id: test.testId, pass, reason })}\n`;
  });
  try {
    await writeFile(file, lines.join(''));
  } catch (cause) {
    const { message } = cause as Error;
    throw new CliFailure(EXIT_CODE.usage, `cannot write ${file}: ${message}`, { cause });
  }
}
