import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './run-step.mjs';

/** Hands over to `secbeat start`, in this process: one process less to outlive another. */
export async function startProgram(args) {
  const program = join(ROOT, 'dist', 'cli', 'main.js');
  process.argv = [process.execPath, program, 'start', ...args];
  await import(pathToFileURL(program).href);
}
