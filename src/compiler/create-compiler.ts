import type { Rule, WafConfig } from '../rules/model.ts';
import { type CompiledProgram, compileFully } from './compile-program.ts';
import { RuleOverlay } from './rule-overlay.ts';
import { compileTuned } from './tuning/compile-tuned.ts';

/** A compiler that remembers what it compiled last: a rule set that changed a little is quick. */
export interface Compiler {
  /**
   * As `compileProgram`: the same rules in the same order, the same verdicts, the same diagnostics. The
   * bytes depend on what was compiled before, and `worstCaseSteps` can be a little higher.
   */
  compile(config: WafConfig): CompiledProgram;
  /** Rules that have come or gone since everything was compiled together. */
  readonly changes: number;
  /**
   * Compiles everything together again, so that the next change finds no others. Takes as long as
   * `compileProgram`, and what it makes is used from the next change on.
   */
  fold(): void;
}

export interface CompilerOptions {
  /** Rule sets with fewer rules are compiled from nothing: that is quick, and depends on nothing else. */
  readonly smallest?: number;
  /** After so many changes everything is compiled together again. */
  readonly mostChanges?: number;
}

const SMALLEST = 1_000;
const MOST_CHANGES = 256;

export function createCompiler(options: CompilerOptions = {}): Compiler {
  const { smallest = SMALLEST, mostChanges = MOST_CHANGES } = options;
  let overlay: RuleOverlay | null = null;
  let last: { readonly config: WafConfig; readonly compiled: CompiledProgram } | null = null;

  const compile = (config: WafConfig) => compileTuned(config, compileUnlessSame);

  function compileUnlessSame(config: WafConfig): CompiledProgram {
    if (last !== null && isSame(config, last.config)) return last.compiled;
    const compiled = compileChange(config);
    last = compiled.ok ? { config, compiled } : last;
    return compiled;
  }

  function compileChange(config: WafConfig): CompiledProgram {
    const changed = overlay?.compile(config) ?? null;
    if (changed !== null && overlay!.changes <= mostChanges) return changed;
    const full = compileFully(config);
    if (!full.ok) return full;
    overlay = full.rules.length < smallest ? null : new RuleOverlay(full, config);
    return full.compiled;
  }

  return {
    compile,
    get changes() {
      return overlay?.changes ?? 0;
    },
    fold() {
      if (last === null || overlay === null || overlay.changes === 0) return;
      const full = compileFully(last.config);
      if (full.ok) overlay = new RuleOverlay(full, last.config);
    },
  };
}

/** The very same rules in the same order, under the same budget and thresholds. */
function isSame(a: WafConfig, b: WafConfig): boolean {
  return (
    a.max_steps === b.max_steps &&
    a.on_budget === b.on_budget &&
    JSON.stringify([a.thresholds, a.tuning]) === JSON.stringify([b.thresholds, b.tuning]) &&
    isSameList(a.rules, b.rules)
  );
}

function isSameList(a: readonly Rule[], b: readonly Rule[]): boolean {
  return a.length === b.length && a.every((rule, i) => rule === b[i]);
}
