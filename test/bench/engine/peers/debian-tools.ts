import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../../../src/config/package-root.ts';
import {
  canUnpackDebianPackages,
  unpackDebianPackages,
} from '../../../../src/launcher/unpack-debian-packages.ts';
import { progress } from '../../report/progress.ts';

/** Folder into which the benchmark unpacks what the machine lacks; each set of packages has its own. */
const FOLDER = packagePath('.secbeat', 'bench', 'tools');

/**
 * Unpacks Debian packages without installing them and returns the folder that takes the place of `/`.
 * Throws when this is no relative of Debian, or the packages cannot be downloaded.
 */
export async function debianTools(packages: readonly string[]): Promise<string> {
  const folder = join(FOLDER, packages.join('+'));
  if (existsSync(folder)) return folder;
  if (!(await canUnpackDebianPackages())) throw new Error(`${packages.join(', ')} not installed`);
  progress(`downloading ${packages.join(', ')} into .secbeat/bench (nothing is installed)`);
  await unpackDebianPackages(packages, folder);
  return folder;
}
