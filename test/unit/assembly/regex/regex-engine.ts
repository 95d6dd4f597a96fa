import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type CompiledRegex, compileRegex } from '../../../../src/compiler/regex/compile-regex.ts';
import { RegexTable } from '../../../../src/compiler/regex-table.ts';
import { SectionWriter } from '../../../../src/compiler/section-writer.ts';
import * as L from '../../../../src/config/layout.gen.ts';
import { packagePath } from '../../../../src/config/package-root.ts';

interface Exports {
  readonly memory: WebAssembly.Memory;
  check(budget: number): number;
  clear(room: number): void;
  rest(bytes: number): void;
  run(regex: number, at: number, length: number, budget: number): number;
  locate(regex: number, at: number): number;
  steps(): number;
  flushCount(): number;
  arena(): number;
}

export interface Outcome {
  /** Offset behind the deciding byte, -1 without a match. */
  readonly end: number;
  readonly steps: number;
}

export const EVERYTHING = 0xffff_ffff;
export const BUDGET = 20_000_000;

const compiled = new WebAssembly.Module(compileHarness());

/** test/assembly/regex.ts, as the engine's own build compiles it. */
function compileHarness(): Uint8Array<ArrayBuffer> {
  const package_ = createRequire(import.meta.url).resolve('assemblyscript/package.json');
  const { bin } = JSON.parse(readFileSync(package_, 'utf8'));
  const folder = mkdtempSync(join(tmpdir(), 'secbeat-regex-'));
  const output = join(folder, 'regex.wasm');
  const args = [
    join(dirname(package_), bin.asc),
    'test/assembly/regex.ts',
    ...['--outFile', output, '--runtime', 'stub', '--use', 'abort=', '-O3', '--noAssert'],
    ...['--memoryBase', String(L.HOST_AREA_BYTES), '--initialMemory', String(L.ENGINE_MIN_PAGES)],
    ...['--maximumMemory', String(L.MEMORY_MAX_PAGES)],
  ];
  try {
    const { status } = spawnSync(process.execPath, args, { cwd: packagePath(), stdio: 'inherit' });
    if (status !== 0) throw new Error('the harness does not compile');
    return new Uint8Array(readFileSync(output));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An expression that is known to compile. */
export function expression(source: string, ignoreCase = false): CompiledRegex {
  const result = compileRegex(source, { ignoreCase });
  if (!result.ok) throw new Error(`${source}: ${result.message}`);
  return result.regex;
}

/** A program of regular expressions and nothing else. */
export function regexProgram(regexes: readonly CompiledRegex[]): Uint8Array {
  const sections = new SectionWriter();
  new RegexTable().write(sections, regexes);
  return sections.join((view, totalBytes) => {
    view.setUint32(L.HEADER_MAGIC_AT, L.PROGRAM_MAGIC, true);
    view.setUint16(L.HEADER_FORMAT_AT, L.PROGRAM_FORMAT, true);
    view.setUint32(L.HEADER_TOTAL_BYTES_AT, totalBytes, true);
  });
}

/** The regular expressions of the engine over one program, which lies near the end of memory. */
export class RegexEngine {
  readonly #exports: Exports;

  constructor(program: Uint8Array) {
    this.#exports = new WebAssembly.Instance(compiled).exports as unknown as Exports;
    this.load(program);
  }

  /** Puts a program in place of the last one. */
  load(program: Uint8Array): void {
    const { memory } = this.#exports;
    const missing = L.PROGRAM_BASE + program.length - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / L.PAGE_BYTES));
    new Uint8Array(memory.buffer).set(program, L.PROGRAM_BASE);
    this.clear();
  }

  static of(...regexes: CompiledRegex[]): RegexEngine {
    const engine = new RegexEngine(regexProgram(regexes));
    const code = engine.check();
    if (code !== L.LOAD_OK) throw new Error(`the check answers ${code}`);
    return engine;
  }

  /** Checks the program `budget` records at a time. */
  check(budget = EVERYTHING): number {
    return this.#exports.check(budget);
  }

  /** Empties the cache of states and leaves it `room` bytes of its arena. */
  clear(room = L.MAX_LAZY_DFA_BYTES): void {
    this.#exports.clear(room);
  }

  /** Nothing new is cached until `bytes` bytes have been read. */
  rest(bytes = EVERYTHING): void {
    this.#exports.rest(bytes);
  }

  run(regex: number, text: Uint8Array, budget = BUDGET): Outcome {
    new Uint8Array(this.#exports.memory.buffer).set(text, 0);
    const end = this.#exports.run(regex, 0, text.length, budget);
    return { end, steps: this.#exports.steps() >>> 0 };
  }

  /** Where the match that `run` found last may have begun. */
  locate(regex: number): number {
    return this.#exports.locate(regex, 0);
  }

  get flushes(): number {
    return this.#exports.flushCount();
  }

  /** Overwrites all memory that a run has no business with. */
  poison(byte: number, programBytes: number): void {
    const memory = new Uint8Array(this.#exports.memory.buffer);
    const arena = this.#exports.arena();
    memory.fill(byte, 0, L.HOST_AREA_BYTES);
    memory.fill(byte, L.ARENA_BASE, arena);
    memory.fill(byte, arena + L.MAX_LAZY_DFA_BYTES, L.PROGRAM_BASE);
    memory.fill(byte, L.PROGRAM_BASE + programBytes);
  }
}
