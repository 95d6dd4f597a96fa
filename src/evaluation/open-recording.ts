import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { EvaluationError } from './evaluation-error.ts';

/** The text of a recording: its beginning, to tell the format by, and all of it in chunks. */
export interface OpenRecording {
  readonly head: Buffer;
  readonly chunks: AsyncIterable<Buffer>;
  close(): void;
}

const HEAD_BYTES = 65_536;

/**
 * Opens a file or a stream, plain or gzip (told by its first bytes). Throws
 * `WAF_ERR_EVALUATION_RECORDING`, also out of `chunks`.
 */
export async function openRecording(source: string | Readable): Promise<OpenRecording> {
  const raw = typeof source === 'string' ? createReadStream(source) : source;
  const name = typeof source === 'string' ? source : 'the stream';
  const plain = await begin(chunksOf(raw, name), 2);
  if (!isGzip(plain.head)) {
    const { head, chunks } = await begin(plain.chunks, HEAD_BYTES);
    return { head, chunks, close: () => void raw.destroy() };
  }
  const text = gunzipped(plain.chunks, name);
  const { head, chunks } = await begin(text, HEAD_BYTES);
  return { head, chunks, close: () => void raw.destroy() };
}

function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

async function* chunksOf(stream: Readable, name: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

async function* gunzipped(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const input = Readable.from(chunks);
  input.on('error', (error) => gunzip.destroy(error));
  input.pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (cause) {
    throw unreadable(name, cause);
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}

/** Reads until `wanted` bytes are there, or all there are; `chunks` begins with them again. */
async function begin(
  chunks: AsyncIterable<Buffer>,
  wanted: number,
): Promise<{ head: Buffer; chunks: AsyncIterable<Buffer> }> {
  const rest = chunks[Symbol.asyncIterator]();
  const parts: Buffer[] = [];
  let size = 0;
  while (size < wanted) {
    const next = await rest.next();
    if (next.done === true) break;
    parts.push(next.value);
    size += next.value.length;
  }
  const head = Buffer.concat(parts, size);
  return { head, chunks: resume(head, rest) };
}

async function* resume(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (;;) {
      const next = await rest.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

function unreadable(name: string, cause: unknown): EvaluationError {
  if (cause instanceof EvaluationError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  const why = code === 'ENOENT' ? 'there is no such file' : message;
  return new EvaluationError('WAF_ERR_EVALUATION_RECORDING', `cannot read ${name}: ${why}`, {
    cause,
  });
}
