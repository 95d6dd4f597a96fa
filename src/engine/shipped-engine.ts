import { readFile } from 'node:fs/promises';
import { digestOf } from '../artifact/digest.ts';
import { packagePath } from '../config/package-root.ts';

/**
 * The digest of the engine that came with this package, as a set for `ModuleLoaderOptions`: it is trusted
 * without a signature. Empty when the engine was not built.
 */
export async function shippedEngines(): Promise<ReadonlySet<string>> {
  try {
    const path = packagePath('dist', 'engine', 'universal-waf.engine.wasm');
    return new Set([digestOf(await readFile(path))]);
  } catch {
    return new Set();
  }
}
