import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { archiveName } from '../artifact/archive/archive.ts';
import { createFilesystemArchive } from '../artifact/archive/filesystem-archive.ts';
import { hexOf } from '../artifact/digest.ts';
import { LIMITS } from '../config/limits.ts';
import type { Logger } from '../telemetry/logger.ts';

/** What the node must know of a running module to run it again after a restart. */
export interface StoredModule {
  readonly name: string;
  readonly digest: string;
  readonly order: number;
  readonly revision: string;
  readonly semver: string;
  /** Who put it there. */
  readonly source: 'fleet' | 'upload' | 'rollback';
  /** For a manual module: the desired revision it stands in for; a newer one replaces it. */
  readonly overrides: string | null;
  /** The revision of desired state that was acknowledged with it. */
  readonly acknowledged: string | null;
}

/**
 * Last known good: the artifacts, content-addressed, and an index of the active ones with the index
 * before it. A file is there whole or not at all, so a power cut leaves one of the two in force.
 */
export interface ModuleStore {
  readonly artifactDir: string;
  put(digest: string, bytes: Uint8Array): Promise<void>;
  /** Undefined when it is absent or its bytes are not what the digest says. */
  get(digest: string): Promise<Uint8Array | undefined>;
  /** Makes `modules` the active set, then forgets artifacts that neither index nor `keep()` names. */
  save(modules: readonly StoredModule[], keep: () => readonly string[]): Promise<void>;
  /** The versions of each module to try, newest first; empty when nothing usable is on disk. */
  load(): Promise<readonly (readonly StoredModule[])[]>;
}

const ACTIVE = 'active.json';
const PREVIOUS = 'active.previous.json';

export function createModuleStore(folder: string, log: Logger): ModuleStore {
  const artifactDir = join(folder, 'artifacts');
  const archive = createFilesystemArchive(artifactDir);
  const indexFile = (name: string) => join(folder, name);

  async function prune(keep: () => readonly string[]): Promise<void> {
    const indexes = [await readIndex(indexFile(ACTIVE)), await readIndex(indexFile(PREVIOUS))];
    const stored = await archive.list();
    // Asked after the listing: what is stored from now on is not in it.
    const named = new Set(keep());
    for (const module of indexes.flatMap((modules) => modules ?? [])) named.add(module.digest);
    for (const digest of stored) {
      if (named.has(digest)) continue;
      await unlink(join(artifactDir, archiveName(hexOf(digest), 'wasm'))).catch(() => {});
    }
  }

  return {
    artifactDir,
    put: (digest, bytes) => archive.put(digest, bytes),

    async get(digest) {
      try {
        return await archive.get(digest, LIMITS.artifact.max_bytes);
      } catch (error) {
        log.warn({ err: error, digest }, 'last known good: artifact is damaged and left out');
        return undefined;
      }
    },

    async save(modules, keep) {
      await mkdir(folder, { recursive: true });
      const text = `${JSON.stringify({ format: 1, modules }, null, 2)}\n`;
      const temporary = indexFile(`${ACTIVE}.${randomBytes(6).toString('hex')}.tmp`);
      await withSync(temporary, 'wx', (file) => file.writeFile(text));
      const before = (await readIndex(indexFile(ACTIVE))) ?? [];
      // A note about the same modules must not push the set before them out.
      if (digests(before) !== digests(modules)) {
        await rename(indexFile(ACTIVE), indexFile(PREVIOUS)).catch(ignoreMissing);
      }
      await rename(temporary, indexFile(ACTIVE));
      await withSync(folder, 'r', async () => {});
      await prune(keep);
    },

    async load() {
      const byName = new Map<string, StoredModule[]>();
      for (const file of [ACTIVE, PREVIOUS]) {
        const modules = await readIndex(indexFile(file));
        if (modules === undefined) log.warn({ file }, 'last known good: index is damaged, ignored');
        // The older index only stands in for modules of the newer one, or for a lost one.
        const standsIn = file === PREVIOUS && byName.size > 0;
        for (const module of modules ?? []) {
          const versions = byName.get(module.name);
          if (versions !== undefined) versions.push(module);
          else if (!standsIn) byName.set(module.name, [module]);
        }
      }
      return [...byName.values()].sort((a, b) => a[0]!.order - b[0]!.order);
    },
  };
}

/** The modules of an index, none when there is no file, undefined when the file is damaged. */
async function readIndex(file: string): Promise<StoredModule[] | undefined> {
  try {
    const index = JSON.parse(await readFile(file, 'utf8'));
    if (index?.format !== 1 || !Array.isArray(index.modules)) return undefined;
    return index.modules.every(isStoredModule) ? index.modules : undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : undefined;
  }
}

function isStoredModule(value: unknown): value is StoredModule {
  const module = (value ?? {}) as Record<string, unknown>;
  const texts = ['name', 'digest', 'revision', 'semver', 'source'];
  return (
    texts.every((key) => typeof module[key] === 'string') &&
    /^sha256:[0-9a-f]{64}$/.test(String(module.digest)) &&
    typeof module.order === 'number' &&
    ['overrides', 'acknowledged'].every(
      (key) => module[key] === null || typeof module[key] === 'string',
    )
  );
}

function digests(modules: readonly StoredModule[]): string {
  return modules.map(({ name, digest }) => `${name} ${digest}`).join();
}

async function withSync(
  path: string,
  flags: string,
  use: (file: Awaited<ReturnType<typeof open>>) => Promise<unknown>,
): Promise<void> {
  const file = await open(path, flags);
  try {
    await use(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
