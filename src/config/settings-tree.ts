/** A table of settings as written: not validated, possibly incomplete. */
export interface SettingsTree {
  [key: string]: unknown;
}

export function isTree(value: unknown): value is SettingsTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets `path` in `tree`, making the tables on the way; a value that is in the way is replaced. */
export function setAt(tree: SettingsTree, path: readonly string[], value: unknown): void {
  let node = tree;
  for (const step of path.slice(0, -1)) {
    const next = Object.hasOwn(node, step) ? node[step] : undefined;
    node = isTree(next) ? next : define(node, step, {});
  }
  define(node, path.at(-1)!, value);
}

/** Writes every value of `from` over `into`; tables are merged, all else replaces. */
export function mergeTree(into: SettingsTree, from: SettingsTree): void {
  for (const [key, value] of Object.entries(from)) {
    const present = Object.hasOwn(into, key) ? into[key] : undefined;
    if (isTree(value)) mergeTree(isTree(present) ? present : define(into, key, {}), value);
    else define(into, key, value);
  }
}

/** Assigns an own property whatever its name, so that `__proto__` is a key like any other. */
function define<T>(tree: SettingsTree, key: string, value: T): T {
  Object.defineProperty(tree, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
  return value;
}
