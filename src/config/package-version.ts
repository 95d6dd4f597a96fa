import { readFileSync } from 'node:fs';
import { packagePath } from './package-root.ts';

/** Version of this package, e.g. `0.1.0`. */
export const VERSION: string = JSON.parse(
  readFileSync(packagePath('package.json'), 'utf8'),
).version;
