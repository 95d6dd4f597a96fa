import {
  BRANCH_LEAF_AT,
  BRANCH_ON_FALSE_AT,
  BRANCH_ON_TRUE_AT,
  BRANCH_SIZE,
  RULE_ACTION_AT,
  RULE_BRANCH_START_AT,
  RULE_EXPIRES_AT_MS_AT,
  RULE_FLAGS_AT,
  RULE_ID_START_AT,
  RULE_IS_RESPONSE,
  RULE_IS_SHADOW,
  RULE_PRIORITY_AT,
  RULE_SCORE_START_AT,
  RULE_SIZE,
  RULE_SKIP_START_AT,
  SCORE_CATEGORY_AT,
  SCORE_POINTS_AT,
  SCORE_SIZE,
  SECTION_BRANCHES,
  SECTION_RULES,
  SECTION_SCORES,
  SECTION_SKIPS,
  SKIP_FIRST_AT,
  SKIP_LAST_AT,
} from '../config/layout.gen.ts';
import type { CompiledRule } from './compile-rule.ts';
import { GrowingBytes } from './growing-bytes.ts';
import type { CategoryRecord, RuleRange } from './program-model.ts';
import { sameBeginning } from './same-beginning.ts';
import type { SectionWriter } from './section-writer.ts';

/** Numbers of four bytes in a record of a rule. */
const WIDTH = RULE_SIZE / 4;

/**
 * The sections that list rules. They are kept from one program to the next: rules that stand where they
 * stood are not written again.
 */
export class RuleTable {
  #rules: readonly CompiledRule[] = [];
  #categories = '';
  readonly #records = new GrowingBytes();
  readonly #branches = new GrowingBytes();
  readonly #scores = new GrowingBytes();
  readonly #ids = new GrowingBytes();

  /**
   * Writes the sections. Returns the ids, which have to lie at `idsAt` of the text section; `skips` are
   * the rules that rules take out, by rule.
   */
  write(
    sections: SectionWriter,
    rules: readonly CompiledRule[],
    categories: readonly CategoryRecord[],
    skips: ReadonlyMap<number, readonly RuleRange[]>,
    idsAt: number,
  ): Uint8Array {
    this.#update(rules, categories);
    const records = this.#records.copy();
    const numbers = new Uint32Array(records.buffer);
    for (let at = RULE_ID_START_AT / 4; at < numbers.length; at += WIDTH) numbers[at]! += idsAt;
    writeSkips(sections, numbers, skips);
    sections.bytes(SECTION_RULES, records, rules.length);
    const branches = this.#branches.copy();
    sections.bytes(SECTION_BRANCHES, branches, branches.length / BRANCH_SIZE);
    const scores = this.#scores.copy();
    sections.bytes(SECTION_SCORES, scores, scores.length / SCORE_SIZE);
    return this.#ids.copy();
  }

  #update(rules: readonly CompiledRule[], categories: readonly CategoryRecord[]): void {
    const names = JSON.stringify(categories.map(({ name }) => name));
    const from = names === this.#categories ? sameBeginning(rules, this.#rules) : 0;
    this.#keep(from);
    const numbers = new Map(categories.map(({ name }, i) => [name, i] as const));
    for (let i = from; i < rules.length; i++) this.#add(rules[i]!, numbers);
    this.#starts(this.#records.grow(RULE_SIZE));
    this.#rules = rules;
    this.#categories = names;
  }

  /** Forgets all rules but the first `count`. */
  #keep(count: number): void {
    const at = count * RULE_SIZE;
    const isKnown = at < this.#records.length;
    const start = (field: number) => (isKnown ? this.#records.view.getUint32(at + field, true) : 0);
    this.#branches.cut(start(RULE_BRANCH_START_AT) * BRANCH_SIZE);
    this.#scores.cut(start(RULE_SCORE_START_AT) * SCORE_SIZE);
    this.#ids.cut(start(RULE_ID_START_AT));
    this.#records.cut(isKnown ? at : 0);
  }

  /** Where what comes next in the other tables is going to start. */
  #starts(at: number): void {
    const { view } = this.#records;
    view.setUint32(at + RULE_BRANCH_START_AT, this.#branches.length / BRANCH_SIZE, true);
    view.setUint32(at + RULE_SCORE_START_AT, this.#scores.length / SCORE_SIZE, true);
    view.setUint32(at + RULE_ID_START_AT, this.#ids.length, true);
  }

  #add(rule: CompiledRule, categories: ReadonlyMap<string, number>): void {
    const at = this.#records.grow(RULE_SIZE);
    this.#starts(at);
    const { view } = this.#records;
    view.setFloat64(at + RULE_EXPIRES_AT_MS_AT, rule.expiresAt, true);
    view.setInt16(at + RULE_PRIORITY_AT, rule.rule.priority, true);
    view.setUint8(at + RULE_ACTION_AT, rule.action);
    const shadow = rule.rule.mode === 'shadow' ? RULE_IS_SHADOW : 0;
    view.setUint8(at + RULE_FLAGS_AT, shadow | (rule.isResponse ? RULE_IS_RESPONSE : 0));
    for (const branch of rule.branches) {
      const to = this.#branches.grow(BRANCH_SIZE);
      this.#branches.view.setUint32(to + BRANCH_LEAF_AT, branch.leaf, true);
      this.#branches.view.setUint16(to + BRANCH_ON_TRUE_AT, branch.onTrue, true);
      this.#branches.view.setUint16(to + BRANCH_ON_FALSE_AT, branch.onFalse, true);
    }
    const scores = rule.scores.map(([name, points]) => [categories.get(name)!, points] as const);
    for (const [category, points] of scores.sort(([a], [b]) => a - b)) {
      const to = this.#scores.grow(SCORE_SIZE);
      this.#scores.view.setUint32(to + SCORE_CATEGORY_AT, category, true);
      this.#scores.view.setInt32(to + SCORE_POINTS_AT, points, true);
    }
    this.#ids.append(rule.id);
  }
}

/** `records`: those of the rules, as numbers of four bytes; gets where the skips of each start. */
function writeSkips(
  sections: SectionWriter,
  records: Uint32Array,
  skips: ReadonlyMap<number, readonly RuleRange[]>,
): void {
  const ranges: RuleRange[] = [];
  for (let rule = 0; rule * WIDTH < records.length; rule++) {
    records[rule * WIDTH + RULE_SKIP_START_AT / 4] = ranges.length;
    ranges.push(...(skips.get(rule) ?? []));
  }
  sections.records(SECTION_SKIPS, ranges.length, (view, at, i) => {
    view.setUint32(at + SKIP_FIRST_AT, ranges[i]![0], true);
    view.setUint32(at + SKIP_LAST_AT, ranges[i]![1], true);
  });
}
