import { readSettingText } from './setting-text.ts';
import { schemaAt } from './settings-schema.ts';
import { isTree, type SettingsTree } from './settings-tree.ts';
import type { Fault } from './validate-settings.ts';

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * Replaces `${NAME}` in every text of `tree`, in place. A text that contains one is read as the type
 * of its setting, so `port = "${PORT}"` is a number. The values never pass through the TOML parser:
 * what a variable holds cannot add a key.
 */
export function substituteVariables(tree: SettingsTree, env: NodeJS.ProcessEnv): Fault[] {
  const faults: Fault[] = [];

  function replace(value: unknown, path: readonly (string | number)[]): unknown {
    if (typeof value === 'string') return replaceText(value, path);
    if (Array.isArray(value)) return value.map((item, index) => replace(item, [...path, index]));
    if (isTree(value)) {
      for (const [key, item] of Object.entries(value)) value[key] = replace(item, [...path, key]);
    }
    return value;
  }

  function replaceText(text: string, path: readonly (string | number)[]): unknown {
    const result = text.replace(VARIABLE, (reference, name: string) => {
      const value = env[name];
      if (value !== undefined) return value;
      faults.push({
        code: 'WAF_ERR_CONFIG_VARIABLE',
        key: path.join('.'),
        message: `environment variable ${name} is not set`,
        hint: `export ${name}=… or write the value in place of ${reference}`,
      });
      return reference;
    });
    return result !== text ? readSettingText(result, schemaAt(path)) : result;
  }

  replace(tree, []);
  return faults;
}
