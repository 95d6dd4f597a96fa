import { readFileSync } from 'node:fs';
import { compileProgram } from '../../compiler/compile-program.ts';
import { PROGRAM_FORMAT } from '../../config/layout.gen.ts';
import { LIMITS } from '../../config/limits.ts';
import { packagePath } from '../../config/package-root.ts';
import type { InspectionRequest } from '../../engine/verdict.ts';
import { WafInstance } from '../../engine/waf-instance.ts';
import type { Diagnostic } from '../../rules/diagnostic.ts';
import type { Rule } from '../../rules/model.ts';
import { readRules } from '../../rules/read-rules.ts';
import type { RuleDocument } from '../candidate.ts';

/** Rules compiled together, each of them judging by itself. */
export interface RuleRun {
  /** The rules in the order of the program; `matching` speaks of their places in it. */
  readonly ids: readonly string[];
  /** Places of the rules that match the request. */
  matching(request: InspectionRequest): readonly number[];
  /** Steps of the last request. */
  readonly steps: number;
  /** No request takes more. */
  readonly boundSteps: number;
}

export type OpenedRun =
  | { readonly ok: true; readonly run: RuleRun }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Validates, compiles and loads rules in the real engine. At most `max_matches_explained` of them. */
export function openRuleRun(documents: readonly RuleDocument[]): OpenedRun {
  const { rules, diagnostics } = readRules(JSON.stringify(documents), { now: 0, origin: 'file' });
  const faults = diagnostics.filter(({ severity }) => severity !== 'warning');
  if (faults.length > 0 || rules.length !== documents.length) return { ok: false, diagnostics };
  return compileRun(rules.map(({ rule }) => ({ ...rule, mode: 'shadow' as const })));
}

function compileRun(rules: readonly Rule[]): OpenedRun {
  const max_steps = LIMITS.program.max_steps;
  const config = { version: 1 as const, thresholds: {}, on_budget: 'allow' as const, max_steps };
  const compiled = compileProgram({ ...config, rules });
  if (!compiled.ok) return { ok: false, diagnostics: compiled.diagnostics };
  const manifest = { program_format: PROGRAM_FORMAT };
  const instance = WafInstance.instantiate(shippedModule(), manifest, compiled.program);
  const places = new Map(rules.map(({ id }, place) => [id, place]));
  const run: RuleRun = {
    ids: rules.map(({ id }) => id),
    matching(request) {
      instance.inspect(request);
      if (instance.matchCount === 0) return [];
      return [...new Set(instance.explain().matches.map(({ rule }) => places.get(rule)!))];
    },
    get steps() {
      return instance.steps;
    },
    boundSteps: compiled.worstCaseSteps,
  };
  return { ok: true, run };
}

let module: WebAssembly.Module | undefined;

/** The rule-free engine of this package, compiled once. */
function shippedModule(): WebAssembly.Module {
  module ??= new WebAssembly.Module(
    readFileSync(packagePath('dist', 'engine', 'universal-waf.engine.wasm')),
  );
  return module;
}
