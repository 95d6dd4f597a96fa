import { readFileSync } from 'node:fs';
import { packagePath } from './package-root.ts';

/** The part of JSON Schema that `schemas/settings.json` uses. */
export interface SchemaNode {
  readonly description?: string;
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: false | SchemaNode;
  readonly items?: SchemaNode;
  readonly enum?: readonly string[];
}

/** Meaning, type, bounds and default of every setting. */
export const SETTINGS_SCHEMA: SchemaNode = JSON.parse(
  readFileSync(packagePath('schemas', 'settings.json'), 'utf8'),
);

/** The schema of the setting at `path`, e.g. `['node', 'port']`; undefined when there is none. */
export function schemaAt(path: readonly (string | number)[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = SETTINGS_SCHEMA;
  for (const step of path) {
    if (node === undefined) return undefined;
    node = typeof step === 'number' ? node.items : (node.properties?.[step] ?? valuesOf(node));
  }
  return node;
}

/** Every key path that a settings file can set, e.g. `node.proxy.max_body_bytes`, in schema order. */
export function settingKeys(node: SchemaNode = SETTINGS_SCHEMA, prefix = ''): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    child.properties === undefined ? [prefix + name] : settingKeys(child, `${prefix}${name}.`),
  );
}

function valuesOf(node: SchemaNode): SchemaNode | undefined {
  return node.additionalProperties === false ? undefined : node.additionalProperties;
}
