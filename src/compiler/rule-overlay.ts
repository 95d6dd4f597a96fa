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
  overflows,
} from './compile-program.ts';
import { type CompiledRule, compileRule } from './compile-rule.ts';
import { createCostModel } from './cost.ts';
import { MatchingExtension } from './extend-matching.ts';
import type { CategoryRecord } from './program-model.ts';
import { scoreDiagnostics } from './score-reads.ts';
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
  readonly #firstLeaf: number;
  readonly #baseLeafSteps: number;
  /** The rules compiled last, and at the same places what was made of them. */
  #lastRules: readonly Rule[] = [];
  #places: readonly (CompiledRule | null)[] = [];
  /** Leaves that wake rules since the last program. */
  readonly #woken: number[] = [];
  #refused = 0;
  #removed = 0;
  #isBroken = false;

  constructor(base: FullCompilation) {
    const { tables } = base.parts;
    this.#base = base;
    this.#extension = new MatchingExtension(base.matching, tables);
    this.#firstLeaf = tables.leaves.length;
    this.#baseLeafSteps = base.cost.ofLeaves(tables.leaves.items);
    for (const rule of base.rules) this.#remember(rule);
  }

  /** Rules that have come or gone since the base was compiled. */
  get changes(): number {
    return this.#added.size + this.#refused + this.#removed;
  }

  /** Null when everything has to be compiled together. */
  compile(config: WafConfig): CompiledProgram | null {
    if (this.#isBroken) return null;
    const diagnostics: Diagnostic[] = [];
    const rules = this.#takeIn(config, diagnostics);
    diagnostics.push(...scoreDiagnostics(rules, config));
    if (diagnostics.length > 0) return { ok: false, diagnostics };
    // From here on the tables may know what no program was written of.
    this.#isBroken = true;
    const compiled = this.#assemble(config, rules);
    this.#isBroken = compiled === null;
    return compiled;
  }

  /** The active rules, new ones compiled. */
  #takeIn({ rules }: WafConfig, diagnostics: Diagnostic[]): readonly CompiledRule[] {
    let same = 0;
    while (same < rules.length && rules[same] === this.#lastRules[same]) same += 1;
    const places = this.#places.slice(0, same);
    for (let i = same; i < rules.length; i++) places.push(this.#place(rules[i]!, i, diagnostics));
    this.#lastRules = rules;
    this.#places = places;
    const active = places.filter((place) => place !== null);
    this.#removed = Math.max(0, this.#base.rules.length + this.#added.size - active.length);
    return active;
  }

  /** Null for a rule that is off or wrong. */
  #place(rule: Rule, index: number, diagnostics: Diagnostic[]): CompiledRule | null {
    if (rule.mode === 'off') return null;
    const known = this.#find(rule);
    if (known !== undefined) return known;
    const compiled = compileRule(rule, this.#base.parts.tables, (fault) =>
      diagnostics.push(diagnose(fault, index, rule.id)),
    );
    if (compiled === null) {
      this.#refused += 1;
      return null;
    }
    this.#remember(compiled);
    this.#added.add(compiled);
    this.#woken.push(...(compiled.wakers ?? []));
    return compiled;
  }

  /** What was compiled of the rule, or of one with the same content. */
  #find(rule: Rule): CompiledRule | undefined {
    const known = this.#known.get(rule);
    if (known !== undefined) return known;
    const namesake = this.#byId.get(rule.id);
    if (namesake === undefined || !isSameRule(namesake.rule, rule)) return undefined;
    const compiled = { ...namesake, rule };
    this.#known.delete(namesake.rule);
    if (this.#added.delete(namesake)) this.#added.add(compiled);
    this.#remember(compiled);
    return compiled;
  }

  #remember(compiled: CompiledRule): void {
    this.#known.set(compiled.rule, compiled);
    this.#byId.set(compiled.rule.id, compiled);
  }

  #assemble(config: WafConfig, compiled: readonly CompiledRule[]): CompiledProgram | null {
    const { tables } = this.#base.parts;
    const categories = categoriesOf(config.thresholds, compiled);
    if (this.#isRenumbered(compiled, categories)) return null;
    if (overflows(compiled.length, categories.length, tables).length > 0) return null;
    const matching = this.#extension.extend(this.#woken.splice(0));
    if (matching === null) return null;
    const parts: ProgramParts = {
      ...matching,
      ...budgetOf(config),
      ...arrangeRules(compiled, categories),
      literals: this.#base.matching.literals,
      tables,
    };
    const worstCaseSteps = this.#worstCase(parts);
    if (worstCaseSteps === null) return null;
    const program = writeProgram(parts, extendTables(this.#base.tables, this.#base.parts, parts));
    if (program.length > PROGRAM_MAX_BYTES) return null;
    return { ok: true, program, rules: compiled.map(({ rule }) => rule), worstCaseSteps };
  }

  /** Conditions that read scores name their categories by number. */
  #isRenumbered(compiled: readonly CompiledRule[], categories: readonly CategoryRecord[]): boolean {
    if (compiled.every(({ reads }) => reads.length === 0)) return false;
    const before = this.#base.parts.categories;
    return (
      before.length !== categories.length ||
      before.some(({ name }, i) => name !== categories[i]!.name)
    );
  }

  /** Null when a rule could be too expensive. */
  #worstCase(parts: ProgramParts): number | null {
    const cost = createCostModel(parts);
    const grown = Math.max(1, cost.search.perByte / this.#base.cost.search.perByte);
    // What a rule costs grows no faster than the search that it takes part in.
    if (this.#base.dearest * grown + this.changes > PROGRAM_MAX_RULE_STEPS) return null;
    const isTooExpensive = (rule: CompiledRule, index: number) =>
      this.#added.has(rule) && cost.ofRule(index) > PROGRAM_MAX_RULE_STEPS;
    if (parts.rules.some(isTooExpensive)) return null;
    const leaves = cost.ofLeaves(parts.tables.leaves.items.slice(this.#firstLeaf));
    return cost.ofTables() + this.#baseLeafSteps + leaves + cost.ofRules(parts);
  }
}

function isSameRule(a: Rule, b: Rule): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
