import * as L from '../config/layout.gen.ts';
import { kindsOf } from './kinds-of.ts';
import type { LiteralIndex, Ref } from './literal-index.ts';
import type { Plans } from './plans.ts';
import type { ProfileBits } from './profile-bits.ts';
import type { CategoryRecord, RuleRecord } from './program-model.ts';
import type { ProgramTables } from './program-tables.ts';
import type { Gate, RegexTest } from './regex-gates.ts';
import { SectionWriter } from './section-writer.ts';
import { starts } from './starts.ts';
import { TextPool } from './text-pool.ts';
import { writePlans, writeRegexTests } from './write-plans.ts';
import { writeRegexes } from './write-regexes.ts';

/** Everything that a program consists of. */
export interface ProgramParts {
  readonly maxSteps: number;
  /** Action code of the budget policy. */
  readonly onBudget: number;
  readonly rules: readonly RuleRecord[];
  readonly categories: readonly CategoryRecord[];
  /** Rules that no leaf can wake. */
  readonly always: readonly number[];
  readonly tables: ProgramTables;
  readonly plans: Plans;
  readonly bits: ProfileBits;
  /** Per leaf, its gate; for those that have one. */
  readonly gates: ReadonlyMap<number, Gate>;
  readonly regexTests: readonly RegexTest[];
  readonly literals: LiteralIndex;
}

/** The bytes of a program; same parts, same bytes. The layout is drawn in assembly/DESIGN.md. */
export function writeProgram(parts: ProgramParts): Uint8Array {
  const sections = new SectionWriter();
  const text = new TextPool();
  writeRules(sections, text, parts);
  writeLeaves(sections, parts);
  writeTargets(sections, text, parts);
  writePlans(sections, text, parts);
  writeRegexTests(sections, parts.regexTests);
  writeRegexes(
    sections,
    parts.regexTests.map(({ regex }) => regex),
  );
  writeLiterals(sections, text, parts.literals);
  writeOperands(sections, text, parts.tables);
  sections.bytes(L.SECTION_TEXT, text.toBytes());
  return sections.join((view, totalBytes) => {
    view.setUint32(L.HEADER_MAGIC_AT, L.PROGRAM_MAGIC, true);
    view.setUint16(L.HEADER_FORMAT_AT, L.PROGRAM_FORMAT, true);
    view.setUint8(L.HEADER_ON_BUDGET_AT, parts.onBudget);
    view.setUint32(L.HEADER_TOTAL_BYTES_AT, totalBytes, true);
    view.setUint32(L.HEADER_MAX_STEPS_AT, parts.maxSteps, true);
    view.setUint32(L.HEADER_LONGEST_EXACT_AT, longestExact(parts.literals), true);
    view.setUint32(
      L.HEADER_KINDS_AT,
      maskOf(parts.tables.targetSets.items.flatMap(kindList)),
      true,
    );
  });
}

const kindList = (selectors: Parameters<typeof kindsOf>[0]) => [...kindsOf(selectors)];

function longestExact({ exacts }: LiteralIndex): number {
  return exacts.reduce((longest, { text }) => Math.max(longest, text.length), 0);
}

function maskOf(kinds: Iterable<number>): number {
  let mask = 0;
  for (const kind of kinds) mask |= 1 << kind;
  return mask >>> 0;
}

function writeRules(sections: SectionWriter, text: TextPool, parts: ProgramParts): void {
  const { rules, categories } = parts;
  const branches = starts(rules.map((rule) => rule.branches));
  const scores = starts(rules.map((rule) => rule.scores));
  const skips = starts(rules.map((rule) => rule.skips));
  const ids = [...rules.map(({ id }) => text.append(id)), text.length];
  sections.records(L.SECTION_RULES, rules.length, (view, at, i) => {
    view.setUint32(at + L.RULE_BRANCH_START_AT, branches[i]!, true);
    view.setUint32(at + L.RULE_SCORE_START_AT, scores[i]!, true);
    view.setUint32(at + L.RULE_SKIP_START_AT, skips[i]!, true);
    view.setUint32(at + L.RULE_ID_START_AT, ids[i]!, true);
    const rule = rules[i];
    if (rule === undefined) return;
    view.setFloat64(at + L.RULE_EXPIRES_AT_MS_AT, rule.expiresAt, true);
    view.setInt16(at + L.RULE_PRIORITY_AT, rule.priority, true);
    view.setUint8(at + L.RULE_ACTION_AT, rule.action);
    view.setUint8(at + L.RULE_FLAGS_AT, rule.shadow ? L.RULE_IS_SHADOW : 0);
  });
  const branchList = rules.flatMap((rule) => rule.branches);
  sections.records(L.SECTION_BRANCHES, branchList.length, (view, at, i) => {
    view.setUint32(at + L.BRANCH_LEAF_AT, branchList[i]!.leaf, true);
    view.setUint16(at + L.BRANCH_ON_TRUE_AT, branchList[i]!.onTrue, true);
    view.setUint16(at + L.BRANCH_ON_FALSE_AT, branchList[i]!.onFalse, true);
  });
  const scoreList = rules.flatMap((rule) => rule.scores);
  sections.records(L.SECTION_SCORES, scoreList.length, (view, at, i) => {
    view.setUint32(at + L.SCORE_CATEGORY_AT, scoreList[i]![0], true);
    view.setInt32(at + L.SCORE_POINTS_AT, scoreList[i]![1], true);
  });
  const skipList = rules.flatMap((rule) => rule.skips);
  sections.records(L.SECTION_SKIPS, skipList.length, (view, at, i) => {
    view.setUint32(at + L.SKIP_FIRST_AT, skipList[i]![0], true);
    view.setUint32(at + L.SKIP_LAST_AT, skipList[i]![1], true);
  });
  sections.records(L.SECTION_CATEGORIES, categories.length, (view, at, i) => {
    const { name, threshold } = categories[i]!;
    view.setInt32(at + L.CATEGORY_THRESHOLD_AT, threshold, true);
    view.setUint32(at + L.CATEGORY_NAME_START_AT, text.add(name), true);
    view.setUint32(at + L.CATEGORY_NAME_LEN_AT, name.length, true);
  });
  sections.numbers(L.SECTION_ALWAYS, parts.always);
}

function writeLeaves(sections: SectionWriter, { tables }: ProgramParts): void {
  const leaves = tables.leaves.items;
  const triggers = starts(leaves.map((leaf) => leaf.triggers));
  const sources = starts(leaves.map((leaf) => leaf.sources));
  sections.records(L.SECTION_LEAVES, leaves.length, (view, at, i) => {
    view.setUint32(at + L.LEAF_TRIGGER_START_AT, triggers[i]!, true);
    view.setUint32(at + L.LEAF_SOURCE_START_AT, sources[i]!, true);
    const leaf = leaves[i];
    if (leaf === undefined) return;
    view.setUint8(at + L.LEAF_OP_AT, leaf.op);
    view.setUint8(at + L.LEAF_QUANTIFIER_AT, leaf.quantifier);
    view.setUint16(at + L.LEAF_TARGET_SET_AT, leaf.targetSet, true);
    view.setUint16(at + L.LEAF_CHAIN_AT, leaf.chain, true);
    view.setUint16(at + L.LEAF_COUNT_MIN_AT, leaf.countMin, true);
    view.setUint16(at + L.LEAF_COUNT_MAX_AT, leaf.countMax, true);
    view.setUint16(at + L.LEAF_FLAGS_AT, leaf.flags, true);
    view.setUint32(at + L.LEAF_OPERAND_AT, leaf.operand, true);
  });
  sections.numbers(
    L.SECTION_SOURCES,
    leaves.flatMap((leaf) => leaf.sources),
  );
  sections.numbers(
    L.SECTION_TRIGGERS,
    leaves.flatMap((leaf) => leaf.triggers),
  );
}

function writeTargets(sections: SectionWriter, text: TextPool, parts: ProgramParts): void {
  const { tables } = parts;
  const sets = tables.targetSets.items;
  const selectorStarts = starts(sets);
  sections.records(L.SECTION_TARGET_SETS, sets.length, (view, at, i) => {
    view.setUint32(at + L.TARGET_SET_SELECTOR_START_AT, selectorStarts[i]!, true);
    view.setUint32(at + L.TARGET_SET_KINDS_AT, maskOf(kindsOf(sets[i] ?? [])), true);
  });
  const selectors = sets.flat();
  sections.records(L.SECTION_SELECTORS, selectors.length, (view, at, i) => {
    const { kind, name, flags } = selectors[i]!;
    view.setUint32(at + L.SELECTOR_NAME_START_AT, text.add(name), true);
    view.setUint16(at + L.SELECTOR_NAME_LEN_AT, name.length, true);
    view.setUint8(at + L.SELECTOR_KIND_AT, kind);
    view.setUint8(at + L.SELECTOR_FLAGS_AT, flags);
  });
  sections.numbers(L.SECTION_CHAINS, starts(tables.chains.items));
  sections.bytes(L.SECTION_CHAIN_STEPS, Uint8Array.from(tables.chains.items.flat()));
}

function writeLiterals(sections: SectionWriter, text: TextPool, index: LiteralIndex): void {
  const { exacts, buckets, automaton, refs } = index;
  const exactRefs = starts(exacts.map((entry) => entry.refs));
  sections.numbers(L.SECTION_EXACT_BUCKETS, buckets);
  sections.records(L.SECTION_EXACTS, exacts.length, (view, at, i) => {
    view.setUint32(at + L.EXACT_REF_START_AT, exactRefs[i]!, true);
    const entry = exacts[i];
    if (entry === undefined) return;
    view.setUint32(at + L.EXACT_HASH_AT, entry.hash, true);
    view.setUint32(at + L.EXACT_TEXT_START_AT, text.add(entry.text), true);
    view.setUint32(at + L.EXACT_TEXT_LEN_AT, entry.text.length, true);
  });
  const { nodes } = automaton;
  const nodeRefs = nodes.map(({ literal }) => refs[literal] ?? []);
  const refStarts = starts(nodeRefs, exactRefs.at(-1));
  const edgeStarts = starts(nodes.map((node) => node.edges));
  sections.records(L.SECTION_NODES, nodes.length, (view, at, i) => {
    view.setUint32(at + L.NODE_EDGE_START_AT, edgeStarts[i]!, true);
    view.setUint32(at + L.NODE_REF_START_AT, refStarts[i]!, true);
    view.setUint32(at + L.NODE_FAIL_AT, nodes[i]?.fail ?? 0, true);
    view.setUint32(at + L.NODE_MORE_AT, nodes[i]?.more ?? L.NONE, true);
  });
  writeRefs(sections, text, [...exacts.flatMap((entry) => entry.refs), ...nodeRefs.flat()]);
  sections.bytes(L.SECTION_CLASSES, automaton.classes);
  sections.numbers(L.SECTION_DENSE, automaton.dense);
  sections.bytes(L.SECTION_STEPS, automaton.steps);
  sections.numbers(L.SECTION_LINKS, automaton.links);
  sections.numbers(
    L.SECTION_EDGES,
    nodes.flatMap((node) => node.edges),
  );
}

/** The engine reads the text of a reference only to compare its case. */
function writeRefs(sections: SectionWriter, text: TextPool, refs: readonly Ref[]): void {
  sections.records(L.SECTION_REFS, refs.length, (view, at, i) => {
    const ref = refs[i]!;
    const isExact = (ref.flags & L.REF_IS_EXACT) !== 0;
    view.setUint32(at + L.REF_LEAF_AT, ref.leaf, true);
    view.setUint32(at + L.REF_TEXT_START_AT, isExact ? text.add(ref.text) : 0, true);
    view.setUint16(at + L.REF_TEXT_LEN_AT, ref.text.length, true);
    view.setUint8(at + L.REF_FLAGS_AT, ref.flags);
    view.setUint8(at + L.REF_CLAUSE_AT, ref.clause);
  });
}

function writeOperands(sections: SectionWriter, text: TextPool, tables: ProgramTables): void {
  const patterns = tables.patterns.items;
  const partStarts = starts(patterns.map((pattern) => pattern.parts));
  sections.records(L.SECTION_PATTERNS, patterns.length, (view, at, i) => {
    view.setUint32(at + L.PATTERN_PART_START_AT, partStarts[i]!, true);
    view.setUint32(
      at + L.PATTERN_FLAGS_AT,
      patterns[i]?.fold === true ? L.PATTERN_IS_FOLD : 0,
      true,
    );
  });
  const parts = patterns.flatMap((pattern) => pattern.parts);
  sections.records(L.SECTION_PARTS, parts.length, (view, at, i) => {
    const part = parts[i]!;
    view.setUint32(at + L.PART_TEXT_START_AT, text.add(part.text), true);
    view.setUint32(at + L.PART_TEXT_LEN_AT, part.text.length, true);
    view.setUint32(at + L.PART_FLAGS_AT, part.flags, true);
  });
  const bounds = tables.bounds.items;
  sections.records(L.SECTION_BOUNDS, bounds.length, (view, at, i) => {
    view.setBigInt64(at + L.BOUND_MIN_AT, bounds[i]!.min, true);
    view.setBigInt64(at + L.BOUND_MAX_AT, bounds[i]!.max, true);
  });
  const byteSets = tables.byteSets.items;
  sections.records(L.SECTION_BYTE_SETS, byteSets.length, (view, at, i) => {
    for (const byte of byteSets[i]!.bytes) {
      const cell = at + L.BYTE_SET_BITS_AT + (byte >> 3);
      view.setUint8(cell, view.getUint8(cell) | (1 << (byte & 7)));
    }
  });
  writeIpSets(sections, tables);
}

function writeIpSets(sections: SectionWriter, tables: ProgramTables): void {
  const sets = tables.ipSets.items.map(({ ranges }) => ranges);
  const v4Starts = starts(sets.map(({ v4 }) => v4));
  const v6Starts = starts(sets.map(({ v6 }) => v6));
  sections.records(L.SECTION_IP_SETS, sets.length, (view, at, i) => {
    view.setUint32(at + L.IP_SET_V4_START_AT, v4Starts[i]!, true);
    view.setUint32(at + L.IP_SET_V6_START_AT, v6Starts[i]!, true);
  });
  const v4 = sets.flatMap((set) => set.v4);
  sections.records(L.SECTION_IP4_RANGES, v4.length, (view, at, i) => {
    view.setUint32(at + L.IP4_RANGE_FIRST_AT, v4[i]![0], true);
    view.setUint32(at + L.IP4_RANGE_LAST_AT, v4[i]![1], true);
  });
  const v6 = sets.flatMap((set) => set.v6);
  sections.records(L.SECTION_IP6_RANGES, v6.length, (view, at, i) => {
    const [first, last] = v6[i]!;
    view.setBigUint64(at + L.IP6_RANGE_FIRST_HIGH_AT, first >> 64n, true);
    view.setBigUint64(at + L.IP6_RANGE_FIRST_LOW_AT, first & 0xffff_ffff_ffff_ffffn, true);
    view.setBigUint64(at + L.IP6_RANGE_LAST_HIGH_AT, last >> 64n, true);
    view.setBigUint64(at + L.IP6_RANGE_LAST_LOW_AT, last & 0xffff_ffff_ffff_ffffn, true);
  });
}
