import { readFileSync } from 'node:fs';
import { compileProgram } from '../../src/compiler/compile-program.ts';
import {
  EXPLANATION_FLAGS_AT,
  HOST_AREA_BYTES,
  PAGE_BYTES,
  PROGRAM_BASE,
  PROGRAM_FORMAT,
} from '../../src/config/layout.gen.ts';
import { packagePath } from '../../src/config/package-root.ts';
import { readExplanation } from '../../src/engine/read-explanation.ts';
import type { Explanation, InspectionRequest } from '../../src/engine/verdict.ts';
import { WafInstance } from '../../src/engine/waf-instance.ts';
import type { Rule, WafConfig } from '../../src/rules/model.ts';

/** Built by `npm run build:wasm`. */
export const RELEASE = compiled('universal-waf.engine.wasm');
/** With all checks of the compiler in place. */
export const DEBUG = compiled('universal-waf.engine.debug.wasm');

function compiled(file: string): WebAssembly.Module {
  return new WebAssembly.Module(new Uint8Array(readFileSync(packagePath('dist', 'engine', file))));
}

/** The program of a config that is known to compile. */
export function programOf(config: WafConfig): { program: Uint8Array; worstCaseSteps: number } {
  const compiled = compileProgram(config);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled;
}

export function instanceOf(config: WafConfig, module = RELEASE): WafInstance {
  const { program } = programOf(config);
  return WafInstance.instantiate(module, { program_format: PROGRAM_FORMAT }, program);
}

/** A config around rules: no thresholds, the largest budget. */
export function configOf(rules: readonly Rule[], rest: Partial<WafConfig> = {}): WafConfig {
  return { version: 1, thresholds: {}, on_budget: 'block', max_steps: 20_000_000, rules, ...rest };
}

/** A blocking rule, or what `rest` makes of it. */
export function ruleOf(id: string, when: Rule['when'], rest: Partial<Rule> = {}): Rule {
  return {
    v: 1,
    id,
    tags: [],
    severity: 'warning',
    mode: 'enforce',
    priority: 0,
    action: { block: { status: 403 } },
    when,
    ...rest,
  };
}

export function requestOf(rest: Partial<InspectionRequest> = {}): InspectionRequest {
  return {
    method: 'GET',
    uri: '/',
    version: 'HTTP/1.1',
    sourceIp: '192.0.2.7',
    headers: [],
    body: null,
    now: 0,
    ...rest,
  };
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  inspect_request(ptr: number, len: number): number;
  load_program(): number;
  explain(): number;
  locate_match(index: number): number;
}

/** The bare ABI, for bytes that no host of ours would write. */
export class RawEngine {
  readonly exports: Exports;

  constructor(module: WebAssembly.Module, program: Uint8Array = new Uint8Array()) {
    this.exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    const { memory } = this.exports;
    const missing = PROGRAM_BASE + program.length - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    new Uint8Array(memory.buffer).set(program, PROGRAM_BASE);
  }

  loadProgram(): number {
    return this.exports.load_program();
  }

  inspect(bytes: Uint8Array, ptr = 0, length = bytes.length): number {
    const area = new Uint8Array(this.exports.memory.buffer, 0, HOST_AREA_BYTES);
    if (bytes.length > 0) area.set(bytes, ptr);
    return this.exports.inspect_request(ptr, length);
  }

  inspectJson(value: unknown): number {
    return this.inspect(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
  }

  explain(): Explanation {
    const { memory, explain, locate_match } = this.exports;
    return readExplanation(memory.buffer, explain(), locate_match);
  }

  get flags(): number {
    const view = new DataView(this.exports.memory.buffer);
    return view.getUint16(this.exports.explain() + EXPLANATION_FLAGS_AT, true);
  }
}
