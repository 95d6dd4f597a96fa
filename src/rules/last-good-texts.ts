import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LIMITS } from '../config/limits.ts';
import type { Logger } from '../telemetry/logger.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** `static-rules.json`: each rule file's text as it last was without a fault, for the next start. */
export interface LastGoodTexts {
  get(file: string): string | undefined;
  /** Keeps these texts and no other. A failure is logged and made good by the next call. */
  keep(texts: ReadonlyMap<string, string>): Promise<void>;
}

/** Reads what is kept at `path`. A file that cannot be understood counts as none. */
export async function openLastGoodTexts(path: string, log: Logger): Promise<LastGoodTexts> {
  let kept = await read(path, log);
  let isWritten = true;
  return {
    get: (file) => kept.get(file),
    async keep(texts) {
      if (isWritten && isSame(kept, texts)) return;
      kept = new Map(texts);
      isWritten = false;
      try {
        await mkdir(dirname(path), { recursive: true });
        await writeFileAtomically(path, JSON.stringify({ format: 1, files: [...kept] }));
        isWritten = true;
      } catch (error) {
        log.warn({ err: error, path }, 'the last good rule files are not kept for the next start');
      }
    },
  };
}

function isSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([file, text]) => b.get(file) === text);
}

async function read(path: string, log: Logger): Promise<ReadonlyMap<string, string>> {
  try {
    const { format, files } = JSON.parse(await readFile(path, 'utf8'));
    if (format !== 1 || !Array.isArray(files) || !files.every(isEntry)) {
      throw new Error('it is not [file, text] pairs of format 1');
    }
    return new Map(files);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      log.warn({ err: error, path }, 'the last good rule files cannot be read');
    }
    return new Map();
  }
}

/** The bound is that of rule files, so that what comes back is nothing that a file could not hold. */
function isEntry(entry: unknown): entry is [file: string, text: string] {
  if (!Array.isArray(entry) || entry.length !== 2) return false;
  const [file, text] = entry;
  if (typeof file !== 'string' || typeof text !== 'string') return false;
  return Buffer.byteLength(text) <= LIMITS.batch.max_body_bytes;
}
