import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  type ImportOptions,
  type ImportResult,
  importSeclang,
  type SeclangFile,
} from './import-seclang.ts';

export interface FolderOptions {
  readonly paranoia?: 1 | 2 | 3 | 4;
  /** Absent: `crs-setup.conf` of the folder or the one above, else `crs-setup.conf.example`. */
  readonly setup?: string;
  readonly variables?: ImportOptions['variables'];
  readonly detectionOnly?: boolean;
  readonly support?: ImportOptions['support'];
}

const SETUPS = ['crs-setup.conf', 'crs-setup.conf.example'];

/**
 * Imports the Core Rule Set as it is unpacked: `dir` has `rules/`, or holds the rules itself. The files
 * are read in the order of their names, after the setup. Fails as `node:fs` does.
 */
export async function importCrsFolder(dir: string, options: FolderOptions): Promise<ImportResult> {
  const entries = await readdir(dir);
  const folder = entries.includes('rules') ? join(dir, 'rules') : dir;
  const names = (await readdir(folder)).sort();
  const texts = new Map<string, string>();
  for (const name of names.filter((each) => /\.(?:conf|data)$/.test(each))) {
    texts.set(name, await readFile(join(folder, name), 'utf8'));
  }
  const setup = options.setup ?? (await findSetup([dir, dirname(folder), dirname(dir)]));
  const files: SeclangFile[] = [];
  if (setup !== null) files.push({ name: basename(setup), text: await readFile(setup, 'utf8') });
  for (const [name, text] of texts)
    if (name.endsWith('.conf') && name !== files[0]?.name) files.push({ name, text });
  const { setup: _, ...rest } = options;
  return importSeclang(files, {
    ...rest,
    data: (name) => texts.get(name),
  });
}

async function findSetup(folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    const names = await readdir(folder);
    const found = SETUPS.find((name) => names.includes(name));
    if (found !== undefined) return join(folder, found);
  }
  return null;
}
