import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Folder of package.json. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A step ended with a failure; its own output says why. */
export class StepFailed extends Error {}

/**
 * Runs `node <script> …args` in the project folder with its output shown. Arguments are passed as
 * they are, without a shell, so folders may have spaces.
 */
export async function runNode(title, script, args = [], env = process.env) {
  console.log(`\n▶ ${title}`);
  const started = Date.now();
  const code = await exitCode(process.execPath, [script, ...args], env);
  if (code !== 0) throw new StepFailed(`✗ ${title} failed (exit code ${code})`);
  console.log(`✓ ${title} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

/** Runs a program with its output shown and resolves with its exit code. */
export function exitCode(program, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, env, stdio: 'inherit' });
    const endWithUs = () => child.kill();
    process.once('exit', endWithUs);
    child.once('error', reject);
    child.once('exit', (code) => {
      process.off('exit', endWithUs);
      resolve(code ?? 1);
    });
  });
}
