import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCode, ROOT, StepFailed } from './run-step.mjs';

/** Installs the packages of package-lock.json unless exactly those are there. */
export async function installDependencies() {
  const wanted = readJson(join(ROOT, 'package-lock.json'));
  const present = readJson(join(ROOT, 'node_modules', '.package-lock.json'));
  if (wanted === null || isInstalled(wanted, present)) return;

  console.log('\n▶ Installing dependencies (npm ci; needs the network once)');
  const quiet = ['--no-audit', '--no-fund'];
  if ((await npm(['ci', ...quiet])) === 0) return;
  console.log('npm ci failed; trying npm install');
  if ((await npm(['install', '--no-save', ...quiet])) === 0) return;
  throw new StepFailed('✗ The dependencies could not be installed; npm says why above.');
}

/**
 * Whether npm's record of what it installed (`present`, null for none) holds every package of the
 * lock file in the locked version. Optional packages may be absent: they belong to other platforms.
 */
export function isInstalled(wanted, present) {
  return Object.entries(wanted.packages).every(
    ([path, { version, optional = false }]) =>
      path === '' ||
      present?.packages[path]?.version === version ||
      (optional && present !== null && !(path in present.packages)),
  );
}

function npm(args) {
  // npm tells scripts where it is itself; that also works where `npm` is a shell function.
  const cli = process.env.npm_execpath;
  return cli?.endsWith('.js') ? exitCode(process.execPath, [cli, ...args]) : exitCode('npm', args);
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
