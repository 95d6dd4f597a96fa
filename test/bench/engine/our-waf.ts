import { existsSync, readFileSync } from 'node:fs';
import { compileProgram } from '../../../src/compiler/compile-program.ts';
import { PROGRAM_FORMAT } from '../../../src/config/layout.gen.ts';
import { LIMITS } from '../../../src/config/limits.ts';
import { packagePath } from '../../../src/config/package-root.ts';
import { ACTION_BLOCK, type InspectionRequest } from '../../../src/engine/verdict.ts';
import type { WafInstance } from '../../../src/engine/waf-instance.ts';
import type { Rule, WafConfig } from '../../../src/rules/model.ts';
import { progress } from '../report/progress.ts';

/** Our engine with one rule set. */
export interface OurWaf {
  readonly program: Uint8Array;
  /** Rules that the compiler took. */
  readonly rules: readonly Rule[];
  readonly instance: WafInstance;
  /** Whether the request is blocked; writing the record is included. */
  blocks(request: InspectionRequest): boolean;
  /** Steps of the last inspection. */
  steps(): number;
}

/** As it ships: what turns TypeScript into JavaScript on the fly makes some of it several times slower. */
const shipped = (await import(packagePath('dist', 'engine', 'waf-instance.js'))) as {
  readonly WafInstance: typeof WafInstance;
};

export const ENGINE_FILE = packagePath('dist', 'engine', 'universal-waf.engine.wasm');

let compiledEngine: WebAssembly.Module | null = null;

/** The engine as it ships. Throws when it has not been built. */
export function engineModule(): WebAssembly.Module {
  if (!existsSync(ENGINE_FILE)) throw new Error(`${ENGINE_FILE} is missing: npm run build:wasm`);
  compiledEngine ??= new WebAssembly.Module(readFileSync(ENGINE_FILE));
  return compiledEngine;
}

export function configOf(
  rules: readonly Rule[],
  thresholds: WafConfig['thresholds'] = { inbound: 5 },
): WafConfig {
  const ordered = [...rules].sort((a, b) => Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)));
  return {
    version: 1,
    thresholds,
    on_budget: 'allow',
    max_steps: LIMITS.program.max_steps,
    rules: ordered,
  };
}

/**
 * Compiles a rule set and starts the engine on it. Rules that the compiler refuses are left out and
 * named on stderr, so that a figure never stands for rules that did not run.
 */
export function startOurWaf(title: string, config: WafConfig): OurWaf {
  const { program, rules } = compileWhatWorks(title, config);
  const instance = shipped.WafInstance.instantiate(
    engineModule(),
    { program_format: PROGRAM_FORMAT },
    program,
  );
  return {
    program,
    rules,
    instance,
    blocks: (request) => instance.inspect(request) === ACTION_BLOCK,
    steps: () => instance.explain().steps,
  };
}

function compileWhatWorks(
  title: string,
  config: WafConfig,
): { program: Uint8Array; rules: readonly Rule[] } {
  const compiled = compileProgram(config);
  if (compiled.ok) return compiled;
  const refused = new Set(
    compiled.diagnostics.map(({ pointer }) => Number(/^\/rules\/(\d+)/.exec(pointer)?.[1] ?? -1)),
  );
  const [first] = compiled.diagnostics;
  if (refused.has(-1)) throw new Error(`${title}: ${first!.message}`);
  progress(
    `${title}: ${refused.size} of ${config.rules.length} rules are refused (${first!.code}: ${first!.message})`,
  );
  const rules = config.rules.filter((_, index) => !refused.has(index));
  return compileWhatWorks(title, { ...config, rules });
}
