import type { Manifest } from '../artifact/manifest.ts';
import {
  ENGINE_MIN_PAGES,
  EXPLAINED_IS_BUDGET_EXHAUSTED,
  EXPLAINED_IS_TRUNCATED,
  EXPLAINED_IS_UNREADABLE_REQUEST,
  EXPLANATION_FLAGS_AT,
  EXPLANATION_MATCH_COUNT_AT,
  LOAD_NAMES,
  LOAD_OK,
  MEMORY_MAX_PAGES,
  PAGE_BYTES,
  PROGRAM_BASE,
  PROGRAM_FORMAT,
} from '../config/layout.gen.ts';
import { EngineError } from './engine-error.ts';
import { ModuleTrap } from './module-trap.ts';
import { readExplanation } from './read-explanation.ts';
import type { Instance } from './recovering-inspector.ts';
import { RequestRecord } from './request-record.ts';
import {
  ACTION_ALLOW,
  type ActionCode,
  type Explanation,
  type InspectionRequest,
} from './verdict.ts';

/** What an engine of ours exports; described in assembly/DESIGN.md. */
interface EngineExports {
  readonly memory: WebAssembly.Memory;
  inspect_request(ptr: number, len: number): number;
  explain(): number;
  load_program(): number;
}

const TOO_LARGE: Explanation = Object.freeze({
  action: ACTION_ALLOW,
  rule: null,
  reason: 'no-match',
  matches: [],
  score: {},
  steps: 0,
});

/**
 * An engine of ours with its rule program, judging requests in this process. Requests are written
 * straight into its memory; an inspection leaves no garbage.
 */
export class WafInstance implements Instance {
  readonly #exports: EngineExports;
  readonly #explanation: number;
  #memory: ArrayBuffer;
  #record: RequestRecord;
  #words: DataView;
  /** The last request did not fit into a record at all. */
  #isTooLarge = false;

  /**
   * Makes an instance of a compiled engine. With `program`, the engine is rule-free and gets these bytes
   * as data; without, the program is in the module. Throws EngineError when the engine refuses them.
   */
  static instantiate(
    module: WebAssembly.Module,
    manifest: Pick<Manifest, 'program_format'>,
    program?: Uint8Array,
  ): WafInstance {
    if (manifest.program_format !== PROGRAM_FORMAT) {
      throw invalid(`program format ${manifest.program_format} is not ${PROGRAM_FORMAT}`);
    }
    const { exports } = new WebAssembly.Instance(module);
    return new WafInstance(exports as unknown as EngineExports, program);
  }

  private constructor(exports: EngineExports, program: Uint8Array | undefined) {
    this.#exports = exports;
    if (program !== undefined) placeProgram(exports.memory, program);
    const code = exports.load_program();
    if (code !== LOAD_OK) throw invalid(LOAD_NAMES.get(code) ?? `code ${code}`);
    this.#explanation = exports.explain();
    this.#memory = exports.memory.buffer;
    this.#record = new RequestRecord(this.#memory);
    this.#words = new DataView(this.#memory);
  }

  inspect(request: InspectionRequest): ActionCode {
    if (this.#memory !== this.#exports.memory.buffer) this.#renewViews();
    const length = this.#record.write(request);
    this.#isTooLarge = length === 0;
    if (this.#isTooLarge) return ACTION_ALLOW;
    const action = this.#call(length);
    if (action !== 0 && action !== 1 && action !== 2 && action !== 3) {
      throw new ModuleTrap('trap', `invalid action ${action}`);
    }
    return action;
  }

  #call(length: number): number {
    try {
      return this.#exports.inspect_request(0, length);
    } catch (error) {
      throw new ModuleTrap('trap', (error as Error).message, { cause: error });
    }
  }

  #renewViews(): void {
    this.#memory = this.#exports.memory.buffer;
    this.#record = new RequestRecord(this.#memory);
    this.#words = new DataView(this.#memory);
  }

  explain(): Explanation {
    return this.#isTooLarge ? TOO_LARGE : readExplanation(this.#memory, this.#explanation);
  }

  get matchCount(): number {
    if (this.#isTooLarge) return 0;
    return this.#words.getUint32(this.#explanation + EXPLANATION_MATCH_COUNT_AT, true);
  }

  get budgetExhausted(): boolean {
    return !this.#isTooLarge && this.#has(EXPLAINED_IS_BUDGET_EXHAUSTED);
  }

  get unreadable(): boolean {
    return this.#isTooLarge || this.#has(EXPLAINED_IS_UNREADABLE_REQUEST);
  }

  /** Something of the last request was left out because it is larger than the limits. */
  get truncated(): boolean {
    return !this.#isTooLarge && this.#has(EXPLAINED_IS_TRUNCATED);
  }

  /** The engine's memory never grows and nothing outlives a request. */
  get worn(): boolean {
    return false;
  }

  #has(flag: number): boolean {
    return (this.#words.getUint16(this.#explanation + EXPLANATION_FLAGS_AT, true) & flag) !== 0;
  }
}

function placeProgram(memory: WebAssembly.Memory, program: Uint8Array): void {
  const pages = Math.max(ENGINE_MIN_PAGES, Math.ceil((PROGRAM_BASE + program.length) / PAGE_BYTES));
  if (pages > MEMORY_MAX_PAGES) throw invalid(`${program.length} bytes do not fit`);
  const missing = pages - memory.buffer.byteLength / PAGE_BYTES;
  if (missing > 0) memory.grow(missing);
  new Uint8Array(memory.buffer, PROGRAM_BASE, program.length).set(program);
}

function invalid(why: string): EngineError {
  return new EngineError(
    'WAF_ERR_ENGINE_PROGRAM_INVALID',
    `The engine refuses the rule program: ${why}`,
  );
}
