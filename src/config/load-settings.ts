import { apiKeyDigest } from './api-keys.ts';
import { ConfigError, type SettingFault } from './config-error.ts';
import { deepFreeze } from './deep-freeze.ts';
import { applyEnvironment } from './environment-settings.ts';
import type { Settings } from './settings.ts';
import { settingsConflicts, type WrittenSettings } from './settings-conflicts.ts';
import { readSettingsFile, type SettingsFile } from './settings-file.ts';
import { isTree, mergeTree, type SettingsTree } from './settings-tree.ts';
import { substituteVariables } from './substitute-variables.ts';
import { lineOf } from './toml-key-lines.ts';
import { type Fault, validateSettings } from './validate-settings.ts';

export interface SettingsSources {
  /** Path, or name in `config/` without `.toml`; default: `SECBEAT_CONFIG`, else `secbeat`. */
  readonly file?: string;
  /** Default: the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Written over file and environment, in the shape of the file. */
  readonly overrides?: SettingsTree;
}

/**
 * One complete, deep-frozen settings object out of the settings file, the environment and
 * `overrides`, the later winning. Throws one `ConfigError` that lists all faults of all three.
 */
export function loadSettings(sources: SettingsSources = {}): Settings {
  const env = sources.env ?? process.env;
  const overrides = structuredClone(sources.overrides ?? {});
  const file = readSettingsFile(sources.file ?? (env.SECBEAT_CONFIG || 'secbeat'));
  const tree = file.tree;

  const variableFaults = substituteVariables(tree, env);
  const variables = applyEnvironment(tree, env);
  mergeTree(tree, overrides);
  // A value whose variable is missing is not judged further.
  const unread = new Set(variableFaults.map((fault) => fault.key));
  const shapeFaults = validateSettings(tree).filter((fault) => !unread.has(fault.key));
  const written = tree as unknown as WrittenSettings;
  const faults = [
    ...variableFaults,
    ...shapeFaults,
    ...(shapeFaults.length + unread.size === 0 ? settingsConflicts(written) : []),
  ].map((fault) => attribute(fault, { file, variables, overrides }));

  if (file.faults.length + faults.length > 0) throw new ConfigError([...file.faults, ...faults]);
  return deepFreeze({ ...written, auth: { keys: written.auth.keys.map(hashed) } });
}

/** Only the digest of a key stays in memory. */
function hashed({ name, key, sha256, roles }: WrittenSettings['auth']['keys'][number]) {
  return { name, sha256: sha256 ?? apiKeyDigest(key ?? ''), roles };
}

interface Origins {
  readonly file: SettingsFile;
  readonly variables: ReadonlyMap<string, string>;
  readonly overrides: SettingsTree;
}

/** Says who wrote the faulty value: the caller, an environment variable, or a line of the file. */
function attribute(fault: Fault, { file, variables, overrides }: Origins): SettingFault {
  if (reaches(overrides, fault.key.split('.'))) return { ...fault, origin: 'overrides' };
  const variable = variableBehind(variables, fault.key);
  if (variable !== undefined) return { ...fault, origin: `environment ${variable}` };
  const line = lineOf(file.lines, fault.key);
  return { ...fault, origin: file.name, ...(line === undefined ? {} : { line }) };
}

/** The variable that set this key, a table around it, or a key inside it. */
function variableBehind(variables: ReadonlyMap<string, string>, key: string): string | undefined {
  for (const [path, variable] of variables) {
    if (path === key || key.startsWith(`${path}.`) || path.startsWith(`${key}.`)) return variable;
  }
  return undefined;
}

function reaches(tree: SettingsTree, path: readonly string[]): boolean {
  let node: unknown = tree;
  for (const step of path) {
    if (!isTree(node)) return node !== undefined;
    if (!Object.hasOwn(node, step)) return false;
    node = node[step];
  }
  return true;
}
