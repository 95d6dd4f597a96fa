import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type EvaluationResult, evaluate } from '../evaluation/evaluate.ts';
import { readRecordedRequests } from '../evaluation/read-recorded-requests.ts';
import type { RecordedRequest } from '../evaluation/recorded-request.ts';
import type { RecordingFormat } from '../evaluation/recording-format.ts';
import { createReplay, type Judgement } from '../evaluation/replay.ts';
import { verdictLine } from '../evaluation/verdict-line.ts';
import { CliFailure } from './cli-failure.ts';
import { EXIT_CODE } from './exit-code.ts';
import { readRunnable } from './read-runnable.ts';
import type { Terminal } from './terminal.ts';

export interface EvalOptions {
  /** A waf-config, a file of rules, or an artifact. */
  readonly config: string;
  /** Recordings; `-` is standard input. */
  readonly requests: readonly string[];
  readonly format?: RecordingFormat;
  readonly out?: string;
  readonly baseline?: string;
  readonly limit?: number;
  readonly samples: number;
}

/** A record that is no request, and where. */
export interface BadLine {
  readonly file: string;
  readonly number: number;
  readonly reason: string;
}

export interface EvaluatedFiles extends EvaluationResult {
  readonly bad: { readonly records: number; readonly first: readonly BadLine[] };
  readonly seconds: number;
}

const BAD_NAMED = 10;
const PROGRESS_EVERY = 5000;

/** Replays recordings through what is in a file. Throws CliFailure and the errors of reading. */
export async function evalFiles(options: EvalOptions, terminal: Terminal): Promise<EvaluatedFiles> {
  const replay = createReplay(await readRunnable(options.config, terminal.env));
  const baseline =
    options.baseline === undefined
      ? undefined
      : createReplay(await readRunnable(options.baseline, terminal.env));
  const reader = new RecordingReader(options, terminal);
  const out = options.out === undefined ? null : await openOut(options.out);
  const started = performance.now();
  const result = await evaluate(reader.requests(), {
    replay,
    samples: options.samples,
    ...(baseline === undefined ? {} : { baseline }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    ...(out === null ? {} : { onVerdict: writerOf(out) }),
  });
  terminal.progress('');
  if (out !== null) await closeOut(out, options.out!);
  const seconds = (performance.now() - started) / 1000;
  return { ...result, bad: { records: reader.badRecords, first: reader.firstBad }, seconds };
}

/** Reads one recording after the other, tells how far it is, and keeps account of bad records. */
class RecordingReader {
  readonly #options: EvalOptions;
  readonly #terminal: Terminal;
  readonly #now = Date.now();
  readonly firstBad: BadLine[] = [];
  badRecords = 0;
  #read = 0;

  constructor(options: EvalOptions, terminal: Terminal) {
    this.#options = options;
    this.#terminal = terminal;
  }

  async *requests(): AsyncGenerator<RecordedRequest> {
    const { requests, format } = this.#options;
    for (const file of requests) {
      const source = file === '-' ? process.stdin : file;
      const onBad = (bad: Omit<BadLine, 'file'>) => this.#note({ file, ...bad });
      const options = { now: this.#now, onBad, ...(format === undefined ? {} : { format }) };
      for await (const recorded of readRecordedRequests(source, options)) {
        this.#read++;
        if (this.#read % PROGRESS_EVERY === 0) {
          this.#terminal.progress(`${this.#read} requests, ${file}`);
        }
        yield recorded;
      }
    }
  }

  #note(bad: BadLine): void {
    this.badRecords++;
    if (this.firstBad.length < BAD_NAMED) this.firstBad.push(bad);
  }
}

function writerOf(out: WriteStream) {
  return (recorded: RecordedRequest, judgement: Judgement): Promise<void> | undefined => {
    const line = `${JSON.stringify(verdictLine(recorded, judgement))}\n`;
    return out.write(line) ? undefined : once(out, 'drain').then(() => undefined);
  };
}

async function openOut(file: string): Promise<WriteStream> {
  const out = createWriteStream(file);
  try {
    await once(out, 'open');
    return out;
  } catch (cause) {
    throw notWritten(file, cause);
  }
}

async function closeOut(out: WriteStream, file: string): Promise<void> {
  try {
    out.end();
    await finished(out);
  } catch (cause) {
    throw notWritten(file, cause);
  }
}

function notWritten(file: string, cause: unknown): CliFailure {
  const { message } = cause as Error;
  return new CliFailure(EXIT_CODE.usage, `cannot write ${file}: ${message}`, { cause });
}
