import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { packagePath } from '../../../src/config/package-root.ts';

/** One file of the project and what it imports. */
export interface Source {
  /** Path from the project folder, e.g. `src/node/main.ts`. */
  readonly path: string;
  readonly lines: number;
  readonly text: string;
  readonly imports: readonly Import[];
}

export interface Import {
  /** Path from the project folder for own files, else the package's name or `node:…`. */
  readonly to: string;
  readonly own: boolean;
  /** `import type`, gone at run time. */
  readonly typeOnly: boolean;
}

const IMPORT = /^(?:import|export)\s+(type\s+)?[\w$*{},\s]+?\sfrom\s+['"]([^'"]+)['"]/gm;
const SIDE_EFFECT_IMPORT = /^import\s+['"]([^'"]+)['"]/gm;
const DYNAMIC_IMPORT = /\bimport\(\s*['"]([^'"]+)['"]/g;

/** All TypeScript and JavaScript files below a folder of the project. */
export function sourcesIn(folder: string): Source[] {
  return readdirSync(packagePath(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs)$/.test(name) && !name.includes('node_modules'))
    .map((name) => readSource(`${folder}/${name}`));
}

/** The room a file of `src` lives in: `src/node/main.ts` → `node`. */
export function roomOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function readSource(path: string): Source {
  const text = readFileSync(packagePath(path), 'utf8');
  const imports = [
    ...[...text.matchAll(IMPORT)].map(([, type, to = '']) => ({ to, typeOnly: !!type })),
    ...[...text.matchAll(SIDE_EFFECT_IMPORT), ...text.matchAll(DYNAMIC_IMPORT)].map(
      ([, to = '']) => ({ to, typeOnly: false }),
    ),
  ].map(({ to, typeOnly }) => ({ ...target(path, to), typeOnly }));
  return { path, lines: text.split('\n').length - 1, text, imports };
}

function target(from: string, to: string): { to: string; own: boolean } {
  if (to.startsWith('.')) return { to: posix.join(posix.dirname(from), to), own: true };
  if (to.startsWith('node:')) return { to, own: false };
  const [scope = '', name] = to.split('/');
  return { to: scope.startsWith('@') ? `${scope}/${name}` : scope, own: false };
}
