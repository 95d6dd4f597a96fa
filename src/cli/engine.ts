import { readFile } from 'node:fs/promises';
import { packagePath } from '../config/package-root.ts';
import { CliFailure } from './cli-failure.ts';
import { EXIT_CODE } from './exit-code.ts';

/** The rule-free engine that this package was built with. */
export async function readEngine(): Promise<Uint8Array> {
  const file = packagePath('dist', 'engine', 'universal-waf.engine.wasm');
  try {
    return await readFile(file);
  } catch (cause) {
    throw new CliFailure(EXIT_CODE.refused, `the engine ${file} is not there`, {
      hint: 'Build it: npm run build:wasm',
      cause,
    });
  }
}
