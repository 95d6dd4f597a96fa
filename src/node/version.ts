import { readFileSync } from 'node:fs';
import { packagePath } from '../config/package-root.ts';

/** Version of this package. */
export const VERSION: string = JSON.parse(
  readFileSync(packagePath('package.json'), 'utf8'),
).version;
