import { HOST_AREA_BYTES, LOAD_OK } from '../../src/config/layout.gen.ts';
import { RequestRecord } from '../../src/engine/request-record.ts';
import type { Explanation, InspectionRequest } from '../../src/engine/verdict.ts';
import { compileHarness } from './compile-harness.ts';
import { RawEngine } from './engine.ts';

interface CacheExports {
  flush_caches(): void;
  use_caches(on: number): void;
}

let compiled: WebAssembly.Module | undefined;

/** test/assembly/engine.ts over a program: the engine whose caches can be emptied and switched off. */
export class CachingEngine {
  readonly #engine: RawEngine;
  readonly #caches: CacheExports;
  readonly #record: RequestRecord;

  constructor(program: Uint8Array) {
    compiled ??= compileHarness('engine');
    this.#engine = new RawEngine(compiled, program);
    this.#caches = this.#engine.exports as unknown as CacheExports;
    this.#record = new RequestRecord(this.#engine.exports.memory.buffer);
    const code = this.#engine.loadProgram();
    if (code !== LOAD_OK) throw new Error(`the engine refuses the program: ${code}`);
  }

  inspect(request: InspectionRequest): { action: number; explanation: Explanation } {
    const length = this.#record.write(request);
    if (length === 0 || length > HOST_AREA_BYTES) throw new RangeError('no record');
    const action = this.#engine.exports.inspect_request(0, length);
    return { action, explanation: this.#engine.explain() };
  }

  flushCaches(): void {
    this.#caches.flush_caches();
  }

  withoutCaches(): this {
    this.#caches.use_caches(0);
    return this;
  }
}
