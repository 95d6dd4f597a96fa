import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findTool } from './find-tool.ts';
import { LauncherError } from './launcher-error.ts';

const run = promisify(execFile);
const DPKG_STATUS = '/var/lib/dpkg/status';
const TIMEOUT_MS = 300_000;

/** Whether this is Debian, Ubuntu or a relative: apt-get and dpkg are there and work. */
export async function canUnpackDebianPackages(): Promise<boolean> {
  const apt = findTool('apt-get');
  const dpkg = findTool('dpkg');
  if (process.platform !== 'linux' || apt === undefined || dpkg === undefined) return false;
  return run(dpkg.path, ['--print-architecture']).then(
    () => true,
    () => false,
  );
}

/**
 * Downloads packages with all that they need and this machine lacks, and unpacks them into `folder`,
 * replacing what is there. Needs no privilege and changes nothing else: apt works on its own lists
 * and cache beside `folder`, reads the list of installed packages, and verifies signatures as always.
 * No installation script runs, so no server is started.
 */
export async function unpackDebianPackages(
  packages: readonly string[],
  folder: string,
  installed: string = DPKG_STATUS,
): Promise<void> {
  const work = join(dirname(folder), 'apt');
  const archives = join(work, 'cache', 'archives');
  mkdirSync(join(archives, 'partial'), { recursive: true });
  mkdirSync(join(work, 'state', 'lists', 'partial'), { recursive: true });
  const apt = (...args: string[]) =>
    run('apt-get', [...aptOptions(work, installed), ...args], {
      timeout: TIMEOUT_MS,
      maxBuffer: 1 << 26,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    });
  try {
    await apt('-qq', 'update');
    await apt('-qq', '-y', '--no-install-recommends', '--download-only', 'install', ...packages);
    await unpackAll(archives, folder);
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new LauncherError(
      'WAF_ERR_LAUNCHER_TOOL_MISSING',
      `${packages.join(', ')} could not be downloaded. ` +
        `Install them with "sudo apt-get install ${packages.join(' ')}".\n${stderr.trim()}`,
      { cause: error },
    );
  }
}

/** Unpacks into a new folder that then takes the place of the old one, so no half is ever found. */
async function unpackAll(archives: string, folder: string): Promise<void> {
  const fresh = `${folder}.${process.pid}`;
  for (const file of readdirSync(archives)) {
    if (file.endsWith('.deb')) await run('dpkg', ['-x', join(archives, file), fresh]);
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}

function aptOptions(work: string, installed: string): string[] {
  const options = {
    'Dir::State': join(work, 'state'),
    'Dir::State::status': installed,
    'Dir::Cache': join(work, 'cache'),
    // As root, apt would give up its rights for a user who cannot write into the project folder.
    'APT::Sandbox::User': '',
    'Debug::NoLocking': 'true',
  };
  return Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}
