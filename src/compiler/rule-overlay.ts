import { PROGRAM_MAX_BYTES, PROGRAM_MAX_RULE_STEPS } from '../config/layout.gen.ts';
import type { Diagnostic } from '../rules/diagnostic.ts';
import type { Rule, WafConfig } from '../rules/model.ts';
import { diagnose } from './compile-fault.ts';
import {
  arrangeRules,
  budgetOf,
  type CompiledProgram,
  categoriesOf,
  type FullCompilation,
  isRelated,
  overflows,
} from './compile-program.ts';
import { type CompiledRule, compileRule } from './compile-rule.ts';
import { createCostModel } from './cost.ts';
import { MatchingExtension } from './extend-matching.ts';
import type { CategoryRecord } from './program-model.ts';
import { inspectionOf, responseKinds } from './response-kinds.ts';
import { sameBeginning } from './same-beginning.ts';
import { scoreDiagnostics, scoresRead } from './score-reads.ts';
import { thresholdScopeSteps } from './tuning/threshold-scopes.ts';
import { extendTables, type ProgramParts, writeProgram } from './write-program.ts';

/**
 * A compiled rule set and what has been added to it since. Records of rules are written anew for every
 * change, in the order of the config: that is cheap, and a rule that is gone leaves nothing but its
 * leaves, which wake nobody. Everything else only grows.
 */
export class RuleOverlay {
  readonly #base: FullCompilation;
  readonly #extension: MatchingExtension;
  readonly #known = new Map<Rule, CompiledRule>();
  readonly #byId = new Map<string, CompiledRule>();
  readonly #added = new Set<CompiledRule>();
  /** The tuning that was left to the engine. */
  readonly #scopes: string;
  readonly #firstLeaf: number;
  readonly #baseLeafSteps: number;
  /** The rules compiled last, the places of those among them that are off, and what became of the others. */
  #lastRules: readonly Rule[] = [];
  #idle: readonly number[] = [];
  #active: readonly CompiledRule[] = [];
  /** Which of those mean something to others. */
  #related: readonly number[] = [];
  /** Rules that have come since the last program. */
  readonly #fresh: CompiledRule[] = [];
  /** Steps of the most expensive rule when it came. */
  #dearest: number;
  #refused = 0;
  #removed = 0;
  /** Some leaf of the tables reads a score. */
  #readsScores: boolean;
  #isBroken = false;

  constructor(base: FullCompilation, { tuning = [] }: WafConfig) {
    this.#scopes = JSON.stringify(tuning);
    const { tables } = base.parts;
    this.#base = base;
    this.#extension = new MatchingExtension(base.matching, tables);
    this.#firstLeaf = tables.leaves.length;
    this.#baseLeafSteps = base.cost.ofLeaves(tables.leaves.items);
    this.#dearest = base.dearest;
    this.#readsScores = base.rules.some(({ reads }) => reads.length > 0);
    for (const rule of base.rules) this.#remember(rule);
  }

  /** Rules that have come or gone since the base was compiled. */
  get changes(): number {
    return this.#added.size + this.#refused + this.#removed;
  }

  /** Null when everything has to be compiled together. */
  compile(config: WafConfig): CompiledProgram | null {
    if (this.#isBroken || !this.#hasSameScopes(config)) return null;
    const diagnostics: Diagnostic[] = [];
    const rules = this.#takeIn(config, diagnostics);
    const related = this.#related.map((index) => rules[index]!);
    diagnostics.push(...scoreDiagnostics(related, config));
    if (diagnostics.length > 0) {
      this.#forgetLast();
      return { ok: false, diagnostics };
    }
    // From here on the tables may know what no program was written of.
    this.#isBroken = true;
    const compiled = this.#assemble(config, rules);
    this.#isBroken = compiled === null;
    return compiled;
  }

  /** Conditions of scopes are compiled with everything else only. */
  #hasSameScopes({ tuning = [] }: WafConfig): boolean {
    return JSON.stringify(tuning) === this.#scopes;
  }

  /** A list with faults is no list to go on from. */
  #forgetLast(): void {
    this.#lastRules = [];
    this.#idle = [];
    this.#active = [];
    this.#related = [];
  }

  /** The active rules, new ones compiled. */
  #takeIn({ rules }: WafConfig, diagnostics: Diagnostic[]): readonly CompiledRule[] {
    const same = sameBeginning(rules, this.#lastRules);
    const idle = this.#idle.filter((index) => index < same);
    const active = this.#active.slice(0, same - idle.length);
    const related = this.#related.filter((index) => index < active.length);
    for (let i = same; i < rules.length; i++) {
      const compiled = this.#compileOnce(rules[i]!, i, diagnostics);
      if (compiled === null) {
        idle.push(i);
        continue;
      }
      if (isRelated(compiled)) related.push(active.length);
      active.push(compiled);
    }
    this.#lastRules = rules;
    this.#idle = idle;
    this.#active = active;
    this.#related = related;
    this.#removed = Math.max(0, this.#base.rules.length + this.#added.size - active.length);
    return active;
  }

  /** Null for a rule that is off or wrong. */
  #compileOnce(rule: Rule, index: number, diagnostics: Diagnostic[]): CompiledRule | null {
    if (rule.mode === 'off') return null;
    const known = this.#find(rule);
    if (known !== undefined) return known;
    this.#readsScores ||= scoresRead(rule.when).length > 0;
    const compiled = compileRule(rule, this.#base.parts.tables, (fault) =>
      diagnostics.push(diagnose(fault, index, rule.id)),
    );
    if (compiled === null) {
      this.#refused += 1;
      return null;
    }
    this.#remember(compiled);
    this.#added.add(compiled);
    this.#fresh.push(compiled);
    return compiled;
  }

  /** What was compiled of the rule, or of one with the same content. */
  #find(rule: Rule): CompiledRule | undefined {
    const known = this.#known.get(rule);
    if (known !== undefined) return known;
    const namesake = this.#byId.get(nameOf(rule));
    if (namesake === undefined || !isSameRule(namesake.rule, rule)) return undefined;
    const compiled = { ...namesake, rule };
    this.#known.delete(namesake.rule);
    if (this.#added.delete(namesake)) this.#added.add(compiled);
    this.#remember(compiled);
    return compiled;
  }

  #remember(compiled: CompiledRule): void {
    this.#known.set(compiled.rule, compiled);
    this.#byId.set(nameOf(compiled.rule), compiled);
  }

  #assemble(config: WafConfig, compiled: readonly CompiledRule[]): CompiledProgram | null {
    const { tables } = this.#base.parts;
    const related = this.#related.map((index) => compiled[index]!);
    const categories = categoriesOf(config.thresholds, related, this.#base.parts.scopes);
    if (this.#isRenumbered(categories)) return null;
    if (overflows(compiled.length, categories.length, tables).length > 0) return null;
    const matching = this.#extension.extend(this.#fresh.flatMap(({ wakers }) => wakers ?? []));
    if (matching === null) return null;
    const parts: ProgramParts = {
      ...matching,
      ...budgetOf(config),
      ...arrangeRules(compiled, categories, this.#related),
      literals: this.#base.matching.literals,
      tables,
      scopes: this.#base.parts.scopes,
    };
    const worstCaseSteps = this.#worstCase(parts);
    if (worstCaseSteps === null) return null;
    const program = writeProgram(parts, extendTables(this.#base.tables, this.#base.parts, parts));
    if (program.length > PROGRAM_MAX_BYTES) return null;
    const rules = this.#idle.length === 0 ? config.rules : compiled.map(({ rule }) => rule);
    const inspectsResponse = inspectionOf(responseKinds(compiled, tables));
    return { ok: true, program, rules, worstCaseSteps, inspectsResponse };
  }

  /** Leaves that read scores name categories by number, also when their rules are gone. */
  #isRenumbered(categories: readonly CategoryRecord[]): boolean {
    if (!this.#readsScores) return false;
    const before = this.#base.parts.categories;
    return (
      before.length !== categories.length ||
      before.some(({ name }, i) => name !== categories[i]!.name)
    );
  }

  /** Null when a rule could be too expensive. */
  #worstCase(parts: ProgramParts): number | null {
    const cost = createCostModel(parts);
    for (const rule of this.#fresh.splice(0)) {
      const steps = cost.ofRule(parts.rules.indexOf(rule));
      if (steps > PROGRAM_MAX_RULE_STEPS) return null;
      this.#dearest = Math.max(this.#dearest, steps);
    }
    // What a rule costs grows no faster than the search that it takes part in.
    const grown = Math.max(1, cost.search.perByte / this.#base.cost.search.perByte);
    if (this.#dearest * grown + this.changes > PROGRAM_MAX_RULE_STEPS) return null;
    const leaves = cost.ofLeaves(parts.tables.leaves.items.slice(this.#firstLeaf));
    const scopes = thresholdScopeSteps(parts.scopes);
    return cost.ofTables() + this.#baseLeafSteps + leaves + cost.ofRules(parts) + scopes;
  }
}

/** Tuning makes two rules of one id, of which one is in shadow mode. */
function nameOf({ id, mode }: Rule): string {
  return `${mode} ${id}`;
}

function isSameRule(a: Rule, b: Rule): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
