import type { Manifest } from '../artifact/manifest.ts';
import { type Pieces, runAtOnce, runInSlices } from '../artifact/pieces.ts';
import {
  ENGINE_MIN_PAGES,
  EXPLAINED_IS_BUDGET_EXHAUSTED,
  EXPLAINED_IS_TRUNCATED,
  EXPLAINED_IS_UNREADABLE_REQUEST,
  EXPLANATION_FLAGS_AT,
  EXPLANATION_MATCH_COUNT_AT,
  EXPLANATION_STEPS_AT,
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
  /** Missing in engines built before it was introduced. */
  locate_match?(index: number): number;
  load_program(): number;
  /** Missing in engines built before it was introduced. */
  load_program_step?(budget: number): number;
}

/** Answer of `load_program_step` that asks to be called again. */
const LOAD_MORE = 1;
/** Records of the program that are checked between two yields: some ten microseconds. */
const CHECK_RECORDS = 4096;
/** Bytes of the program that are copied between two yields. */
const COPY_BYTES = 65_536;

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
    return runAtOnce(WafInstance.inPieces(module, manifest, program));
  }

  /** The same without holding up this thread: a slice of the work per turn of the event loop. */
  static stage(
    module: WebAssembly.Module,
    manifest: Pick<Manifest, 'program_format'>,
    program?: Uint8Array,
    signal?: AbortSignal,
  ): Promise<WafInstance> {
    return runInSlices(WafInstance.inPieces(module, manifest, program), signal);
  }

  private static *inPieces(
    module: WebAssembly.Module,
    { program_format }: Pick<Manifest, 'program_format'>,
    program: Uint8Array | undefined,
  ): Pieces<WafInstance> {
    if (program_format !== PROGRAM_FORMAT) {
      throw invalid(`program format ${program_format} is not ${PROGRAM_FORMAT}`);
    }
    const exports = new WebAssembly.Instance(module).exports as unknown as EngineExports;
    yield;
    if (program !== undefined) yield* placeProgram(exports.memory, program);
    const code = yield* checkProgram(exports);
    if (code !== LOAD_OK) throw invalid(LOAD_NAMES.get(code) ?? `code ${code}`);
    return new WafInstance(exports);
  }

  private constructor(exports: EngineExports) {
    this.#exports = exports;
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
    if (this.#isTooLarge) return TOO_LARGE;
    return readExplanation(this.#memory, this.#explanation, this.#exports.locate_match);
  }

  get matchCount(): number {
    if (this.#isTooLarge) return 0;
    return this.#words.getUint32(this.#explanation + EXPLANATION_MATCH_COUNT_AT, true);
  }

  get steps(): number {
    if (this.#isTooLarge) return 0;
    return this.#words.getUint32(this.#explanation + EXPLANATION_STEPS_AT, true);
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

/** Copies the program to its place; the memory behind it is touched for the first time as it is written. */
function* placeProgram(memory: WebAssembly.Memory, program: Uint8Array): Pieces<void> {
  const pages = Math.max(ENGINE_MIN_PAGES, Math.ceil((PROGRAM_BASE + program.length) / PAGE_BYTES));
  if (pages > MEMORY_MAX_PAGES) throw invalid(`${program.length} bytes do not fit`);
  const missing = pages - memory.buffer.byteLength / PAGE_BYTES;
  if (missing > 0) memory.grow(missing);
  const place = new Uint8Array(memory.buffer, PROGRAM_BASE, program.length);
  for (let at = 0; at < program.length; at += COPY_BYTES) {
    yield;
    place.set(program.subarray(at, at + COPY_BYTES), at);
  }
}

/** The code of the check: LOAD_OK or what is wrong. */
function* checkProgram(exports: EngineExports): Pieces<number> {
  if (exports.load_program_step === undefined) return exports.load_program();
  for (;;) {
    yield;
    const code = exports.load_program_step(CHECK_RECORDS);
    if (code !== LOAD_MORE) return code;
  }
}

function invalid(why: string): EngineError {
  return new EngineError(
    'WAF_ERR_ENGINE_PROGRAM_INVALID',
    `The engine refuses the rule program: ${why}`,
  );
}
