import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ArtifactError } from '../artifact-error.ts';
import { assertDigest, hexOf } from '../digest.ts';
import { type Archive, archiveName } from './archive.ts';

/** An archive in a folder. A file appears whole (temporary file, fsync, rename) or not at all. */
export function createFilesystemArchive(dir: string, extension = 'wasm'): Archive {
  const pathOf = (digest: string) => join(dir, archiveName(hexOf(digest), extension));

  return {
    async put(digest, bytes) {
      assertDigest(digest, bytes);
      const path = pathOf(digest);
      if (await exists(path)) return;
      await wrapped(`write ${path}`, () => writeWhole(path, bytes));
    },

    async get(digest, maxBytes) {
      const path = pathOf(digest);
      const bytes = await wrapped(`read ${path}`, () => readBounded(path, maxBytes));
      if (bytes !== undefined) assertDigest(digest, bytes);
      return bytes;
    },

    has: (digest) => exists(pathOf(digest)),

    async list() {
      const names = await wrapped(`list ${dir}`, () => namesBelow(dir));
      const file = new RegExp(`([0-9a-f]{64})\\.${extension}$`);
      return names
        .flatMap((name) => file.exec(name)?.[1] ?? [])
        .map((hex) => `sha256:${hex}`)
        .sort();
    },
  };
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await withFile(temporary, 'wx', async (file) => {
      await file.writeFile(bytes);
      await file.sync();
    });
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  // The new name itself must survive a power cut too.
  await withFile(folder, 'r', (file) => file.sync());
}

async function readBounded(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  try {
    return await withFile(path, 'r', async (file) => {
      const { size } = await file.stat();
      if (size > maxBytes) {
        throw new ArtifactError(
          'WAF_ERR_ARTIFACT_TOO_LARGE',
          `${path} of ${size} bytes is larger than ${maxBytes} bytes`,
        );
      }
      return await file.readFile();
    });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function withFile<T>(
  path: string,
  flags: string,
  use: (file: FileHandle) => Promise<T>,
): Promise<T> {
  const file = await open(path, flags);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    (error) => {
      if (isMissing(error)) return false;
      throw failed(`look for ${path}`, error);
    },
  );
}

async function namesBelow(dir: string): Promise<string[]> {
  try {
    return await readdir(dir, { recursive: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function wrapped<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ArtifactError) throw error;
    throw failed(what, error);
  }
}

function failed(what: string, cause: unknown): ArtifactError {
  return new ArtifactError('WAF_ERR_ARTIFACT_ARCHIVE', `archive: cannot ${what}`, { cause });
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
