import { fileURLToPath } from 'node:url';

/** Absolute path of the package: the folder of package.json, both from `src/` and from `dist/`. */
export const PACKAGE_ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Absolute path of a file that ships with the package, e.g. `packagePath('schemas', 'rule.json')`. */
export function packagePath(...segments: string[]): string {
  return PACKAGE_ROOT + segments.join('/');
}
