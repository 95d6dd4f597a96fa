import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ENGINE_MIN_PAGES,
  HOST_AREA_BYTES,
  MEMORY_MAX_PAGES,
} from '../../src/config/layout.gen.ts';
import { packagePath } from '../../src/config/package-root.ts';

/** Compiles test/assembly/<name>.ts as the engine's own build does, with every check in place. */
export function compileHarness(name: string): WebAssembly.Module {
  const folder = mkdtempSync(join(tmpdir(), `secbeat-${name}-`));
  const output = join(folder, `${name}.wasm`);
  const args = [
    packagePath('node_modules', 'assemblyscript', 'bin', 'asc.js'),
    `test/assembly/${name}.ts`,
    ...['--outFile', output, '--runtime', 'stub', '--use', 'abort='],
    ...['-O1', '--uncheckedBehavior', 'never', '--memoryBase', String(HOST_AREA_BYTES)],
    ...['--initialMemory', String(ENGINE_MIN_PAGES), '--maximumMemory', String(MEMORY_MAX_PAGES)],
  ];
  try {
    execFileSync(process.execPath, args, { cwd: packagePath() });
    return new WebAssembly.Module(new Uint8Array(readFileSync(output)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
