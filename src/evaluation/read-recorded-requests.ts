import type { Readable } from 'node:stream';
import { EvaluationError } from './evaluation-error.ts';
import { harEntries } from './har-entries.ts';
import { openRecording } from './open-recording.ts';
import { readHarEntry } from './read-har-entry.ts';
import { readJsonLine } from './read-json-line.ts';
import { readLines } from './read-lines.ts';
import { readLogLine } from './read-log-line.ts';
import { type ReadDefaults, type ReadOptions, readDefaults } from './read-options.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { recordingFormat } from './recording-format.ts';

/**
 * The requests of a recording, in order: JSON lines, HAR 1.2, Common or Combined access log, each plain
 * or gzip. However large it is, one record of it is in memory at a time. Bad records go to `onBad`; throws
 * EvaluationError when the recording cannot be read on, or is of no known format.
 */
export async function* readRecordedRequests(
  source: string | Readable,
  options: ReadOptions = {},
): AsyncGenerator<RecordedRequest> {
  const defaults = readDefaults(options);
  const recording = await openRecording(source);
  try {
    const format = options.format ?? recordingFormat(recording.head);
    if (format === null) throw unknownFormat(source);
    if (format === 'har') yield* readHar(recording.chunks, defaults);
    else if (format === 'jsonl') yield* readText(recording.chunks, defaults, readJsonLine, 'utf8');
    else yield* readText(recording.chunks, defaults, readLogLine, 'latin1');
  } finally {
    recording.close();
  }
}

type ReadRecord = typeof readJsonLine;

async function* readText(
  chunks: AsyncIterable<Buffer>,
  defaults: ReadDefaults,
  read: ReadRecord,
  encoding: 'utf8' | 'latin1',
): AsyncGenerator<RecordedRequest> {
  for await (const { number, bytes } of readLines(chunks, defaults.maxRecordBytes)) {
    const text = bytes?.toString(encoding);
    if (text !== undefined && text.trim() === '') continue;
    const record = text === undefined ? TOO_LONG : read(text, number, defaults);
    if (typeof record === 'string') defaults.onBad({ number, reason: record });
    else yield record;
  }
}

async function* readHar(
  chunks: AsyncIterable<Buffer>,
  defaults: ReadDefaults,
): AsyncGenerator<RecordedRequest> {
  let number = 0;
  for await (const entry of harEntries(chunks, defaults.maxRecordBytes)) {
    number++;
    const record =
      entry === null ? TOO_LONG : readHarEntry(entry.toString('utf8'), number, defaults);
    if (typeof record === 'string') defaults.onBad({ number, reason: record });
    else yield record;
  }
}

const TOO_LONG = 'it is too long';

function unknownFormat(source: string | Readable): EvaluationError {
  const name = typeof source === 'string' ? source : 'the stream';
  return new EvaluationError(
    'WAF_ERR_EVALUATION_FORMAT',
    `${name} is neither JSON lines nor HAR nor an access log`,
  );
}
