#!/usr/bin/env node
/**
 * Compiles the rule-free engine:
 *
 *   dist/engine/universal-waf.engine.wasm          what artifacts are made of
 *   dist/engine/universal-waf.engine.debug.wasm    with every check, for tests
 *
 * Same sources, same bytes. Exits 1 when the compiler fails or the result breaks a promise that hosts
 * rely on: no imports, no start function, statics below the arenas.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const { memory } = JSON.parse(readFileSync(join(ROOT, 'schemas/layout.json'), 'utf8'));
const limits = JSON.parse(readFileSync(join(ROOT, 'schemas/limits.json'), 'utf8'));
const package_ = createRequire(import.meta.url).resolve('assemblyscript/package.json');
const compiler = join(dirname(package_), JSON.parse(readFileSync(package_, 'utf8')).bin.asc);
const CUSTOM_SECTION = 0;
const START_SECTION = 8;
const DATA_SECTION = 11;

const shared = [
  '--runtime',
  'stub',
  '--use',
  'abort=',
  '--memoryBase',
  String(memory.host_area_bytes),
  '--initialMemory',
  String(memory.engine_min_pages),
  '--maximumMemory',
  String(limits.artifact.max_memory_pages),
];
mkdirSync(join(ROOT, 'dist/engine'), { recursive: true });
build('dist/engine/universal-waf.engine.wasm', ['-O3', '--noAssert', '--converge']);
build('dist/engine/universal-waf.engine.debug.wasm', ['-O1', '--uncheckedBehavior', 'never']);

function build(output, options) {
  const args = [compiler, 'assembly/index.ts', '--outFile', output, ...shared, ...options];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
  const bytes = readFileSync(join(ROOT, output));
  verify(bytes);
  console.log(`${relative('.', join(ROOT, output)) || output}  ${bytes.length} bytes`);
}

function verify(bytes) {
  const fail = (why) => {
    console.error(`The engine ${why}.`);
    process.exit(1);
  };
  if (WebAssembly.Module.imports(new WebAssembly.Module(bytes)).length > 0) fail('has imports');
  for (const { id, size } of sections(bytes)) {
    if (id === START_SECTION) fail('has a start function');
    // Every segment lies between the host area and the arenas when all of them together do.
    if (id === DATA_SECTION && size > memory.arena_base - memory.host_area_bytes) {
      fail('has too many statics');
    }
  }
}

function* sections(bytes) {
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at++];
    let size = 0;
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      byte = bytes[at++];
      size += (byte & 0x7f) * 2 ** shift;
    }
    if (id !== CUSTOM_SECTION) yield { id, size };
    at += size;
  }
}
