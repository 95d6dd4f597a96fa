import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packagePath } from '../../../src/config/package-root.ts';

interface Exports {
  readonly memory: WebAssembly.Memory;
  sqli(at: number, length: number): number;
  xss(at: number, length: number): number;
  steps(): number;
}

export type Detector = 'sqli' | 'xss';

/** The detectors of the engine, compiled as they are shipped. */
export class DetectorsModule {
  readonly #exports: Exports;

  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module, {}).exports as unknown as Exports;
  }

  /** `text` has one character per byte. It ends where memory ends, so that reading on traps. */
  detects(detector: Detector, text: string): boolean {
    const bytes = new Uint8Array(this.#exports.memory.buffer);
    const at = bytes.length - text.length;
    bytes.set(Buffer.from(text, 'latin1'), at);
    return this.#exports[detector](at, text.length) !== 0;
  }

  /** What the last call cost. */
  steps(): number {
    return this.#exports.steps();
  }
}

/** Compiles test/assembly/detectors.ts. Throws with the compiler's words when it fails. */
export function compileDetectors(): WebAssembly.Module {
  const folder = mkdtempSync(join(tmpdir(), 'secbeat-detectors-'));
  try {
    const output = join(folder, 'detectors.wasm');
    const asc = createRequire(import.meta.url).resolve('assemblyscript/package.json');
    const args = [packagePath('test', 'assembly', 'detectors.ts'), '--outFile', output];
    const options = ['--runtime', 'stub', '--use', 'abort=', '-O3', '--noAssert'];
    const pages = ['--memoryBase', '262144', '--initialMemory', '8'];
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(dirname(asc), 'bin/asc.js'), ...args, ...options, ...pages],
      { cwd: packagePath(), encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
    return new WebAssembly.Module(new Uint8Array(readFileSync(output)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
