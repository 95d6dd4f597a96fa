import { readSettingText } from './setting-text.ts';
import { schemaAt } from './settings-schema.ts';
import { isTree, type SettingsTree, setAt } from './settings-tree.ts';

/** Variables with a name of their own, and the setting each stands for. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  REDIS_URL: ['redis', 'url'],
  NATS_URL: ['nats', 'url'],
};

/** Variables that hold an API key with every role, and the name under which the key is known. */
const KEYS: Readonly<Record<string, string>> = {
  MANAGEMENT_API_KEY: 'management',
  ORCHESTRATOR_API_KEY: 'orchestrator',
};

const GENERIC = /^SECBEAT_([A-Z0-9_]+?)__([A-Z0-9_]+)$/;

/**
 * Writes what the environment says over `tree` and returns the variable behind each key path.
 * `SECBEAT_NODE__PROXY__MAX_BODY_BYTES` sets `node.proxy.max_body_bytes`; the named variables win.
 * A named variable that is empty counts as absent.
 */
export function applyEnvironment(tree: SettingsTree, env: NodeJS.ProcessEnv): Map<string, string> {
  const origins = new Map<string, string>();
  const set = (variable: string, path: readonly string[], value: unknown) => {
    setAt(tree, path, value);
    origins.set(path.join('.'), variable);
  };
  for (const variable of Object.keys(env).sort()) {
    if (!GENERIC.test(variable)) continue;
    const path = variable.slice('SECBEAT_'.length).toLowerCase().split('__');
    set(variable, path, readSettingText(env[variable] ?? '', schemaAt(path)));
  }
  for (const [variable, path] of Object.entries(NAMED)) {
    if (env[variable]) set(variable, path, env[variable]);
  }
  for (const [variable, name] of Object.entries(KEYS)) {
    const key = env[variable];
    if (!key) continue;
    const others = keysOf(tree).filter((entry) => !isTree(entry) || entry.name !== name);
    setAt(tree, ['auth', 'keys'], [...others, { name, key, roles: ['read', 'rules', 'deploy'] }]);
    origins.set(`auth.keys.${others.length}.key`, variable);
  }
  return origins;
}

function keysOf(tree: SettingsTree): unknown[] {
  return isTree(tree.auth) && Array.isArray(tree.auth.keys) ? tree.auth.keys : [];
}
