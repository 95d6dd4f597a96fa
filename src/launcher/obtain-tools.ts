import { findTool, TOOLS_FOLDER } from './find-tool.ts';
import { LauncherError } from './launcher-error.ts';
import { withProgress } from './progress.ts';
import { canUnpackDebianPackages, unpackDebianPackages } from './unpack-debian-packages.ts';

/** Debian and Homebrew packages that hold each program. */
const PACKAGES = {
  'redis-server': { debian: ['redis-server', 'redis-tools'], brew: 'redis' },
  'nats-server': { debian: ['nats-server'], brew: 'nats-server' },
  'wasm-validate': { debian: ['wabt'], brew: 'wabt' },
  'spectest-interp': { debian: ['wabt'], brew: 'wabt' },
} as const;

export type ToolName = keyof typeof PACKAGES;

/**
 * Makes sure that the programs can be found by `findTool`. On Debian and Ubuntu what is missing is
 * downloaded and unpacked into the project folder; the system is left as it is. Elsewhere throws
 * `WAF_ERR_LAUNCHER_TOOL_MISSING` with the command that installs them.
 */
export async function obtainTools(names: readonly ToolName[]): Promise<void> {
  const missing = names.filter((name) => findTool(name) === undefined);
  if (missing.length === 0) return;
  if (!(await canUnpackDebianPackages())) throw missingTools(missing, process.platform);

  const packages = new Set(names.flatMap((name) => PACKAGES[name].debian));
  const title = `Downloading ${missing.join(', ')} into ${TOOLS_FOLDER} (nothing is installed)`;
  await withProgress(title, () => unpackDebianPackages([...packages], TOOLS_FOLDER));
  const stillMissing = missing.filter((name) => findTool(name) === undefined);
  if (stillMissing.length > 0) throw missingTools(stillMissing, process.platform);
}

/** Says what is missing and the line to type on this platform. */
export function missingTools(names: readonly ToolName[], platform: NodeJS.Platform): LauncherError {
  const formulas = [...new Set(names.map((name) => PACKAGES[name].brew))].join(' ');
  const cure =
    platform === 'darwin'
      ? `Install them with\n\n  brew install ${formulas}\n`
      : 'Install them with the package manager of your system, or run Redis and NATS in containers:\n\n' +
        '  docker compose -f config/compose.yaml up -d redis nats\n' +
        '  REDIS_URL=redis://127.0.0.1:6379 NATS_URL=nats://127.0.0.1:4222 npm start\n';
  return new LauncherError(
    'WAF_ERR_LAUNCHER_TOOL_MISSING',
    `Missing on this machine: ${names.join(', ')}. ${cure}`,
  );
}
