import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packagePath } from '../../../../src/config/package-root.ts';
import { progress } from '../../report/progress.ts';

const run = promisify(execFile);
const FOLDER = packagePath('.secbeat', 'bench');
/** Enough for a package that has to be compiled here. */
const TIMEOUT_MS = 900_000;

/** The peers from the registry, in fixed versions so that figures can be compared over time. */
const VERSIONS = {
  '@datadog/native-appsec': '11.0.3',
  'dd-trace': '5.132.0',
  re2: '1.24.0',
} as const;

export type PeerPackage = keyof typeof VERSIONS;

/**
 * Loads something of a peer's package, which is installed into a folder of its own at the first need.
 * Null, after one line on stderr, when it cannot be had.
 */
export async function loadPeer<T>(name: PeerPackage, path: string = name): Promise<T | null> {
  try {
    if (!isInstalled(name)) await install(name);
    return createRequire(join(FOLDER, 'package.json'))(path) as T;
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    progress(`${name} ${VERSIONS[name]} cannot be had, its rows are left out: ${reason}`);
    return null;
  }
}

function isInstalled(name: PeerPackage): boolean {
  const file = join(FOLDER, 'node_modules', name, 'package.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version === VERSIONS[name];
}

async function install(name: PeerPackage): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const manifest = join(FOLDER, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{"private":true}\n');
  progress(`installing ${name} ${VERSIONS[name]} into .secbeat/bench`);
  // dd-trace is only wanted for its rules: what it would compile and download is left alone.
  const scripts = name === 'dd-trace' ? ['--ignore-scripts', '--omit=optional'] : [];
  const args = ['install', '--no-audit', '--no-fund', '--prefix', FOLDER, ...scripts];
  await run('npm', [...args, `${name}@${VERSIONS[name]}`], { timeout: TIMEOUT_MS, cwd: FOLDER });
}
