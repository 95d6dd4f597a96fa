import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import type { SettingFault } from './config-error.ts';
import { PACKAGE_ROOT, packagePath } from './package-root.ts';
import type { SettingsTree } from './settings-tree.ts';
import { keyLines } from './toml-key-lines.ts';

export interface SettingsFile {
  /** As shown in faults: relative to the package or working directory where that is shorter. */
  readonly name: string;
  readonly tree: SettingsTree;
  /** 1-based line of each key path. */
  readonly lines: ReadonlyMap<string, number>;
  readonly faults: readonly SettingFault[];
}

/**
 * Finds and parses the settings file. `name` is a path, or a bare name without `.toml` that is
 * looked up in `config/` of the working directory and then of the package.
 */
export function readSettingsFile(name: string): SettingsFile {
  const path = locate(name);
  const shown = displayName(path);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return empty(shown, {
      code: 'WAF_ERR_CONFIG_FILE_NOT_FOUND',
      message: `cannot be read: ${(error as Error).message}`,
      hint: 'SECBEAT_CONFIG is the path of a .toml file or the name of one in config/',
    });
  }
  try {
    return { name: shown, tree: parse(text), lines: keyLines(text), faults: [] };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return empty(shown, {
      code: 'WAF_ERR_CONFIG_SYNTAX',
      line: error.line,
      column: error.column,
      message: (error.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', ''),
      hint: 'see https://toml.io for the syntax',
    });
  }
}

function locate(name: string): string {
  if (name.endsWith('.toml') || name.includes('/')) return name;
  const local = join('config', `${name}.toml`);
  return existsSync(local) ? local : packagePath('config', `${name}.toml`);
}

function displayName(path: string): string {
  if (!isAbsolute(path)) return path;
  const short = relative(PACKAGE_ROOT, path);
  return short.startsWith('..') ? path : short;
}

function empty(name: string, fault: Omit<SettingFault, 'key' | 'origin'>): SettingsFile {
  return { name, tree: {}, lines: new Map(), faults: [{ key: '', origin: name, ...fault }] };
}
