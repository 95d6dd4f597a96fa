import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  ENGINE_MIN_PAGES,
  EXPLANATION_SIZE,
  HEADER_BYTES,
  LEAF_SIZE,
  MATCH_SIZE,
  MEMORY_MAX_PAGES,
  PAGE_BYTES,
  REQUEST_SIZE,
  RULE_SIZE,
} from '../../../src/config/layout.gen.ts';
import { packagePath } from '../../../src/config/package-root.ts';
import { DEBUG, RawEngine, RELEASE } from '../../reference/engine.ts';

test.each([
  ['release', RELEASE],
  ['debug', DEBUG],
])('%s engine - exports the ABI, imports nothing and keeps to its memory', (_, module) => {
  expect(WebAssembly.Module.imports(module)).toEqual([]);
  expect(
    WebAssembly.Module.exports(module)
      .map(({ name }) => name)
      .sort(),
  ).toEqual([
    'explain',
    'inspect_request',
    'load_program',
    'load_program_step',
    'locate_match',
    'memory',
    'request_area',
  ]);
  const { memory } = new RawEngine(module).exports;
  expect(memory.buffer.byteLength).toBe(ENGINE_MIN_PAGES * PAGE_BYTES);
  expect(() => memory.grow(MEMORY_MAX_PAGES - ENGINE_MIN_PAGES + 1)).toThrow(RangeError);
});

test('engine - is at most 100 KB', () => {
  const bytes = readFileSync(packagePath('dist', 'engine', 'universal-waf.engine.wasm'));
  expect(bytes.length).toBeLessThanOrEqual(100 * 1024);
});

test('generated layout - is what the generator would write', () => {
  execFileSync(process.execPath, [packagePath('schemas', 'generate.mjs'), '--check']);
});

test('records - have the sizes that DESIGN.md draws', () => {
  const drawn = readFileSync(packagePath('assembly', 'DESIGN.md'), 'utf8');
  const sizes = {
    request: REQUEST_SIZE,
    explanation: EXPLANATION_SIZE,
    match: MATCH_SIZE,
    header: HEADER_BYTES,
    rule: RULE_SIZE,
    leaf: LEAF_SIZE,
  };
  for (const [name, size] of Object.entries(sizes)) {
    expect(drawn).toContain(`${name}: ${size} bytes`);
  }
  expect(Object.keys(sizes)).toHaveLength(6);
});
