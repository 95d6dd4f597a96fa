import { Ajv, type ErrorObject } from 'ajv';
import { closestWord } from './closest-word.ts';
import type { SettingFault } from './config-error.ts';
import { SETTINGS_SCHEMA, schemaAt } from './settings-schema.ts';
import type { SettingsTree } from './settings-tree.ts';

/** A fault before it is known who wrote the value. */
export type Fault = Pick<SettingFault, 'code' | 'key' | 'message' | 'hint'>;

const validate = new Ajv({ allErrors: true, useDefaults: true }).compile(SETTINGS_SCHEMA);

/**
 * Fills in the defaults, in place, and returns every fault. Values are never quoted: any of them may
 * be a secret.
 */
export function validateSettings(tree: SettingsTree): Fault[] {
  if (validate(tree)) return [];
  return (validate.errors ?? []).filter((error) => error.keyword !== 'propertyNames').map(describe);
}

type Path = readonly (string | number)[];

function describe(error: ErrorObject): Fault {
  const path = pathOf(error.instancePath);
  if (error.keyword === 'additionalProperties') {
    return unknownKey(path, String(error.params.additionalProperty));
  }
  const value = (message: string, hint = hintFor(path)): Fault => ({
    code: 'WAF_ERR_CONFIG_VALUE',
    key: path.join('.'),
    message,
    hint,
  });
  switch (error.keyword) {
    case 'type':
      return value(`must be of type ${error.params.type}`);
    case 'enum':
      return value(`must be one of ${(error.params.allowedValues as string[]).join(', ')}`);
    case 'pattern':
      return error.propertyName === undefined
        ? value('does not have the expected form')
        : value(`the name "${error.propertyName}" does not have the expected form`);
    default:
      return value(error.message ?? error.keyword);
  }
}

function unknownKey(path: Path, name: string): Fault {
  const known = Object.keys(schemaAt(path)?.properties ?? {});
  const meant = closestWord(name, known);
  return {
    code: 'WAF_ERR_CONFIG_UNKNOWN_KEY',
    key: [...path, name].join('.'),
    message: 'is not a setting',
    hint: meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`,
  };
}

function hintFor(path: Path): string {
  return schemaAt(path)?.description ?? '';
}

/** `/auth/keys/0/name` → `['auth', 'keys', 0, 'name']`. */
function pathOf(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
