import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { ROOT, runNode } from './run-step.mjs';

/** What `npm run build` makes, in order: inputs, one of the outputs, and the script that makes them. */
const STEPS = [
  {
    title: 'Generating constants from schemas/',
    inputs: ['schemas'],
    output: 'src/config/layout.gen.ts',
    script: 'schemas/generate.mjs',
  },
  {
    title: 'Compiling the engine (AssemblyScript → WebAssembly)',
    inputs: ['assembly', 'package-lock.json'],
    output: 'dist/engine/universal-waf.engine.wasm',
    script: 'assembly/build.mjs',
  },
  {
    title: 'Compiling TypeScript',
    inputs: ['src', 'tsconfig.json', 'package-lock.json'],
    output: 'dist/cli/main.js',
    script: 'node_modules/typescript/bin/tsc',
    args: ['-p', 'tsconfig.json'],
  },
];

/** Runs each step whose inputs are not those of its last success, or whose output is gone. */
export async function buildWhatIsStale() {
  for (const { title, inputs, output, script, args } of STEPS) {
    const stamp = join(ROOT, 'dist', '.inputs', output.replaceAll('/', '-'));
    const current = fingerprint(inputs.map((input) => join(ROOT, input)));
    if (existsSync(join(ROOT, output)) && readStamp(stamp) === current) continue;
    await runNode(title, script, args);
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, current);
  }
}

function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
