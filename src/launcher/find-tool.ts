import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../config/package-root.ts';
import { LauncherError } from './launcher-error.ts';

/** An installed program and the environment variables it needs beside those of the caller. */
export interface Tool {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface ToolSearch {
  /** Colon-separated folders, as in `$PATH`. */
  readonly path: string;
  /** Folder into which packages were unpacked: holds `usr/bin`, `usr/sbin`, `usr/lib`. */
  readonly toolsFolder: string;
  /** Folders that hold servers but are often missing from an ordinary user's `$PATH`. */
  readonly systemFolders: readonly string[];
}

/** Where `obtain-tools` unpacks what the machine lacks. */
export const TOOLS_FOLDER = packagePath('.secbeat', 'tools');

const SYSTEM_FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/sbin',
  '/usr/local/bin',
  '/opt/homebrew/bin',
];

/** Finds a program on the PATH, in the system's server folders, then among the unpacked tools. */
export function findTool(name: string, search: Partial<ToolSearch> = {}): Tool | undefined {
  const { path = process.env.PATH ?? '', systemFolders = SYSTEM_FOLDERS } = search;
  for (const folder of [...path.split(':').filter(Boolean), ...systemFolders]) {
    const candidate = join(folder, name);
    if (isExecutable(candidate)) return { path: candidate, env: {} };
  }
  return findUnpacked(name, search.toolsFolder ?? TOOLS_FOLDER);
}

/** Like {@link findTool}; throws `WAF_ERR_LAUNCHER_TOOL_MISSING` when the program is nowhere. */
export function requireTool(name: string): Tool {
  const tool = findTool(name);
  if (tool) return tool;
  throw new LauncherError(
    'WAF_ERR_LAUNCHER_TOOL_MISSING',
    `${name} was found neither on the PATH nor in ${TOOLS_FOLDER}; "npm start" and "npm test" obtain it`,
  );
}

function findUnpacked(name: string, toolsFolder: string): Tool | undefined {
  for (const folder of ['usr/bin', 'usr/sbin']) {
    const candidate = join(toolsFolder, folder, name);
    if (isExecutable(candidate)) {
      return { path: candidate, env: { LD_LIBRARY_PATH: libraryFolders(toolsFolder).join(':') } };
    }
  }
  return undefined;
}

/** `usr/lib` and its architecture folders, e.g. `usr/lib/x86_64-linux-gnu`. */
function libraryFolders(toolsFolder: string): string[] {
  const root = join(toolsFolder, 'usr', 'lib');
  try {
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    return [...folders.map((entry) => join(root, entry.name)), root];
  } catch {
    return [];
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
