import {
  ACTION_ALLOW,
  ACTION_ALLOW_SOME,
  ACTION_BLOCK,
  ACTION_LOG,
  NO_THRESHOLD,
  PROGRAM_MAX_BYTES,
  PROGRAM_MAX_RULE_STEPS,
  PROGRAM_MAX_STEPS,
  RULE_MAX_RULES,
  RULE_MAX_SCORE_CATEGORIES,
} from '../config/layout.gen.ts';
import type { Diagnostic } from '../rules/diagnostic.ts';
import type { BudgetPolicy, Rule, WafConfig } from '../rules/model.ts';
import { toBytes } from './byte-text.ts';
import { skippedRanges } from './compile-effect.ts';
import { type CompileFault, diagnose } from './compile-fault.ts';
import { type CompiledRule, compileRule } from './compile-rule.ts';
import { type CostModel, createCostModel } from './cost.ts';
import type { CompilerErrorCode } from './error-codes.ts';
import { type Matching, planMatching } from './plan-matching.ts';
import type { CategoryRecord, RuleRange } from './program-model.ts';
import { ProgramTables } from './program-tables.ts';
import { inspectionOf, type ResponseInspection, responseKinds } from './response-kinds.ts';
import { scoreDiagnostics } from './score-reads.ts';
import { compileTuned } from './tuning/compile-tuned.ts';
import {
  compileThresholdScopes,
  scopedCategories,
  type ThresholdScope,
  thresholdScopeSteps,
} from './tuning/threshold-scopes.ts';
import {
  type ProgramParts,
  type RuleParts,
  type WrittenTables,
  writeProgram,
  writeTables,
} from './write-program.ts';

export type CompiledProgram =
  | {
      readonly ok: true;
      /** The rule program; same config, same bytes. */
      readonly program: Uint8Array;
      /** The rules of the program in its order: those of the config without the ones that are off. */
      readonly rules: readonly Rule[];
      /** No inspection takes more steps, whatever the request; the budget may end it earlier. */
      readonly worstCaseSteps: number;
      /** What the rules look at in responses. */
      readonly inspectsResponse: ResponseInspection;
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

const BUDGET_ACTIONS: Readonly<Record<BudgetPolicy, number>> = {
  allow: ACTION_ALLOW,
  block: ACTION_BLOCK,
  log: ACTION_LOG,
};

/** A program with everything that it was made of. */
export interface FullCompilation {
  readonly ok: true;
  readonly compiled: CompiledProgram & { readonly ok: true };
  readonly rules: readonly CompiledRule[];
  readonly parts: ProgramParts;
  readonly matching: Matching;
  readonly tables: WrittenTables;
  readonly cost: CostModel;
  /** Steps of the most expensive rule. */
  readonly dearest: number;
}

type Refused = CompiledProgram & { readonly ok: false };

/**
 * Compiles a merged rule set. Everything that is wrong with it comes back at once, as diagnostics with
 * pointers into the config.
 */
export function compileProgram(config: WafConfig): CompiledProgram {
  return compileTuned(config, (tuned) => {
    const full = compileFully(tuned);
    return full.ok ? full.compiled : full;
  });
}

/** The same of a configuration whose tuning has become part of its rules. */
export function compileFully(config: WafConfig): FullCompilation | Refused {
  const diagnostics: Diagnostic[] = [];
  const tables = new ProgramTables();
  const compiled: (CompiledRule | null)[] = [];
  config.rules.forEach((rule, index) => {
    if (rule.mode === 'off') return;
    const report = (fault: CompileFault) => diagnostics.push(diagnose(fault, index, rule.id));
    compiled.push(compileRule(rule, tables, report));
  });
  const rules = compiled.filter((rule) => rule !== null);
  const scopes = compileThresholdScopes(config, tables);
  const categories = categoriesOf(config.thresholds, rules, scopes);
  diagnostics.push(...overflows(compiled.length, categories.length, tables));
  diagnostics.push(...scoreDiagnostics(rules, config));
  if (diagnostics.length > 0) return { ok: false, diagnostics };

  const matching = planMatching(tables);
  const parts: ProgramParts = {
    ...matching,
    ...budgetOf(config),
    ...arrangeRules(rules, categories, rules.keys()),
    tables,
    scopes,
    overlay: null,
  };
  return finish(config, { rules, matching, parts });
}

function finish(
  config: WafConfig,
  found: Pick<FullCompilation, 'rules' | 'matching' | 'parts'>,
): FullCompilation | Refused {
  const { parts } = found;
  const cost = createCostModel(parts);
  const diagnostics: Diagnostic[] = [];
  let dearest = 0;
  found.rules.forEach(({ rule }, i) => {
    const steps = cost.ofRule(i);
    dearest = Math.max(dearest, steps);
    if (steps <= PROGRAM_MAX_RULE_STEPS) return;
    diagnostics.push(diagnose(tooExpensive(steps), config.rules.indexOf(rule), rule.id));
  });
  const tables = writeTables(parts);
  const program = writeProgram(parts, tables);
  if (program.length > PROGRAM_MAX_BYTES) diagnostics.push(tooLarge(program.length));
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const rules = found.rules.map(({ rule }) => rule);
  const worstCaseSteps = cost.ofProgram() + thresholdScopeSteps(parts.scopes);
  const inspectsResponse = inspectionOf(responseKinds(found.rules, parts.tables));
  const compiled = { ok: true, program, rules, worstCaseSteps, inspectsResponse } as const;
  return { ok: true, compiled, ...found, tables, cost, dearest };
}

export function budgetOf(config: WafConfig): Pick<ProgramParts, 'maxSteps' | 'onBudget'> {
  return {
    maxSteps: Math.min(config.max_steps, PROGRAM_MAX_STEPS),
    onBudget: BUDGET_ACTIONS[config.on_budget],
  };
}

/** The rules, and what they mean to each other; only those at `related` mean anything to others. */
export function arrangeRules(
  rules: readonly CompiledRule[],
  categories: readonly CategoryRecord[],
  related: Iterable<number>,
): RuleParts {
  const skips = new Map<number, readonly RuleRange[]>();
  const late: number[] = [];
  for (const index of related) {
    const { rule, action, reads } = rules[index]!;
    if (action === ACTION_ALLOW_SOME) skips.set(index, skippedRanges(rule, rules));
    if (reads.length > 0) late.push(index);
  }
  return { rules, categories, skips, late };
}

/** Rules that take out others, add scores or read them. */
export function isRelated({ action, scores, reads }: CompiledRule): boolean {
  return action === ACTION_ALLOW_SOME || scores.length > 0 || reads.length > 0;
}

/** Every category that a threshold or a rule names, in byte order. */
export function categoriesOf(
  thresholds: Readonly<Record<string, number>>,
  rules: readonly CompiledRule[],
  scopes: readonly ThresholdScope[],
): readonly CategoryRecord[] {
  const limits = new Map(Object.entries(thresholds).map(([name, n]) => [toBytes(name), n]));
  const names = new Set([...limits.keys(), ...scopedCategories(scopes)]);
  for (const { scores } of rules) for (const [name] of scores) names.add(name);
  for (const { reads } of rules) for (const name of reads) names.add(toBytes(name));
  return [...names]
    .sort()
    .map((name) => ({ name, threshold: Math.ceil(limits.get(name) ?? NO_THRESHOLD) }));
}

function tooExpensive(steps: number): CompileFault {
  return {
    code: 'WAF_ERR_COMPILE_TOO_EXPENSIVE',
    pointer: '/when',
    message: `The rule could take ${steps} steps for one request, and ${PROGRAM_MAX_RULE_STEPS} are allowed`,
    hint: 'Look at fewer or smaller targets, use fewer transforms, or split long lists.',
  };
}

function tooLarge(bytes: number): Diagnostic {
  return ofConfig(
    'WAF_ERR_COMPILE_PROGRAM_TOO_LARGE',
    `The rule program has ${bytes} bytes, and ${PROGRAM_MAX_BYTES} are allowed`,
  );
}

export function overflows(rules: number, categories: number, tables: ProgramTables): Diagnostic[] {
  const found = [
    rules > RULE_MAX_RULES ? `${rules} rules, of which ${RULE_MAX_RULES} fit` : null,
    categories > RULE_MAX_SCORE_CATEGORIES
      ? `${categories} score categories, of which ${RULE_MAX_SCORE_CATEGORIES} fit`
      : null,
    tables.overflow(),
  ];
  return found
    .filter((what) => what !== null)
    .map((what) => ofConfig('WAF_ERR_COMPILE_LIMIT_EXCEEDED', `The rule set has ${what}`));
}

function ofConfig(code: CompilerErrorCode, message: string): Diagnostic {
  return { code, pointer: '/rules', message, hint: 'Remove or merge rules.' };
}
