import {
  ACTION_ALLOW,
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
import { type CompiledCondition, compileCondition } from './compile-condition.ts';
import { actionCode, skippedRanges } from './compile-effect.ts';
import { type CompileFault, diagnose } from './compile-fault.ts';
import { createCostModel } from './cost.ts';
import type { CompilerErrorCode } from './error-codes.ts';
import { planMatching } from './plan-matching.ts';
import type { CategoryRecord, RuleRecord } from './program-model.ts';
import { ProgramTables } from './program-tables.ts';
import { triggerOf } from './trigger.ts';
import { type ProgramParts, writeProgram } from './write-program.ts';

export type CompiledProgram =
  | {
      readonly ok: true;
      /** The rule program; same config, same bytes. */
      readonly program: Uint8Array;
      /** The rules of the program in its order: those of the config without the ones that are off. */
      readonly rules: readonly Rule[];
      /** No inspection takes more steps, whatever the request; the budget may end it earlier. */
      readonly worstCaseSteps: number;
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** A rule that takes part, with its place in the config. */
interface ActiveRule {
  readonly rule: Rule;
  readonly index: number;
}

const BUDGET_ACTIONS: Readonly<Record<BudgetPolicy, number>> = {
  allow: ACTION_ALLOW,
  block: ACTION_BLOCK,
  log: ACTION_LOG,
};

/**
 * Compiles a merged rule set. Everything that is wrong with it comes back at once, as diagnostics with
 * pointers into the config.
 */
export function compileProgram(config: WafConfig): CompiledProgram {
  const active = config.rules
    .map((rule, index) => ({ rule, index }))
    .filter(({ rule }) => rule.mode !== 'off');
  const rules = active.map(({ rule }) => rule);
  const diagnostics: Diagnostic[] = [];
  const tables = new ProgramTables();
  const conditions = active.map(({ rule, index }) => {
    const report = (fault: CompileFault) => diagnostics.push(diagnose(fault, index, rule.id));
    const expiry = expiryOf(rule);
    if (Number.isNaN(expiry)) report(badExpiry(rule));
    return compileCondition(rule.when, tables, report);
  });
  const categories = categoriesOf(config.thresholds, rules);
  diagnostics.push(...overflows(rules.length, categories.length, tables));
  if (diagnostics.length > 0) return { ok: false, diagnostics };

  const complete = conditions.filter((condition) => condition !== null);
  const always = setTriggers(complete, tables);
  const parts: ProgramParts = {
    maxSteps: Math.min(config.max_steps, PROGRAM_MAX_STEPS),
    onBudget: BUDGET_ACTIONS[config.on_budget],
    rules: rules.map((rule, i) => toRecord(rule, rules, complete[i]!, categories)),
    categories,
    always,
    tables,
    ...planMatching(tables),
  };
  return finish(parts, active);
}

function finish(parts: ProgramParts, active: readonly ActiveRule[]): CompiledProgram {
  const cost = createCostModel(parts);
  const diagnostics = active.flatMap(({ rule, index }, i) => {
    const steps = cost.ofRule(parts.rules[i]!);
    return steps > PROGRAM_MAX_RULE_STEPS ? [diagnose(tooExpensive(steps), index, rule.id)] : [];
  });
  const program = writeProgram(parts);
  if (program.length > PROGRAM_MAX_BYTES) {
    diagnostics.push(tooLarge(program.length));
  }
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  return {
    ok: true,
    program,
    rules: active.map(({ rule }) => rule),
    worstCaseSteps: cost.ofProgram(),
  };
}

function toRecord(
  rule: Rule,
  rules: readonly Rule[],
  condition: CompiledCondition,
  categories: readonly CategoryRecord[],
): RuleRecord {
  const scores = Object.entries(rule.score ?? {}).map(([name, points]) => {
    const category = categories.findIndex((entry) => entry.name === toBytes(name));
    return [category, Math.trunc(points)] as const;
  });
  return {
    id: toBytes(rule.id),
    priority: rule.priority,
    action: actionCode(rule.action),
    shadow: rule.mode === 'shadow',
    expiresAt: expiryOf(rule),
    branches: condition.branches,
    scores: scores.sort(([a], [b]) => a - b),
    skips: skippedRanges(rule, rules),
  };
}

/** Enters every rule with the leaves that can wake it, and returns those that none can wake. */
function setTriggers(
  conditions: readonly CompiledCondition[],
  tables: ProgramTables,
): readonly number[] {
  const always: number[] = [];
  conditions.forEach(({ tree }, rule) => {
    const leaves = triggerOf(tree, tables);
    if (leaves === null) always.push(rule);
    else for (const leaf of leaves) tables.leaves.at(leaf).triggers.push(rule);
  });
  return always;
}

/** Every category that a threshold or a rule names, in byte order. */
function categoriesOf(
  thresholds: Readonly<Record<string, number>>,
  rules: readonly Rule[],
): readonly CategoryRecord[] {
  const names = new Set(Object.keys(thresholds));
  for (const { score } of rules) for (const name of Object.keys(score ?? {})) names.add(name);
  const limits = new Map(Object.entries(thresholds).map(([name, n]) => [toBytes(name), n]));
  return [...names]
    .map(toBytes)
    .sort()
    .map((name) => ({ name, threshold: Math.ceil(limits.get(name) ?? NO_THRESHOLD) }));
}

/** Milliseconds since the epoch, 0 for never, NaN for something unreadable. */
function expiryOf({ expires_at }: Rule): number {
  return expires_at === undefined ? 0 : Date.parse(expires_at);
}

function badExpiry({ expires_at }: Rule): CompileFault {
  return {
    code: 'WAF_ERR_COMPILE_VALUE_INVALID',
    pointer: '/expires_at',
    message: `${JSON.stringify(expires_at)} is not an instant`,
    hint: 'Write it as 2027-01-31T12:00:00Z.',
  };
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

function overflows(rules: number, categories: number, tables: ProgramTables): Diagnostic[] {
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
