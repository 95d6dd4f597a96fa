import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { BadRecord, ReadOptions } from '../../../src/evaluation/read-options.ts';
import { readRecordedRequests } from '../../../src/evaluation/read-recorded-requests.ts';
import type { RecordedRequest } from '../../../src/evaluation/recorded-request.ts';

/** A stream that hands the text out in chunks of `size` bytes. */
export function stream(text: string | Buffer, size = 1 << 16, gzip = false): Readable {
  const bytes = gzip ? gzipSync(text) : Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  return Readable.from(chunks);
}

export interface ReadAll {
  readonly requests: readonly RecordedRequest[];
  readonly bad: readonly BadRecord[];
}

export async function readAll(
  source: string | Readable,
  options: ReadOptions = {},
): Promise<ReadAll> {
  const requests: RecordedRequest[] = [];
  const bad: BadRecord[] = [];
  const onBad = (each: BadRecord) => void bad.push(each);
  for await (const each of readRecordedRequests(source, { ...options, onBad })) requests.push(each);
  return { requests, bad };
}

/** Value of a header, '' when there is none. */
export function header({ request }: RecordedRequest, name: string): string {
  const at = request.headers.findIndex((each, i) => i % 2 === 0 && each.toLowerCase() === name);
  return at === -1 ? '' : request.headers[at + 1]!;
}
