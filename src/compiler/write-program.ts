import * as L from '../config/layout.gen.ts';
import type { CompiledRule } from './compile-rule.ts';
import { kindMask } from './kind-mask.ts';
import { kindsOf } from './kinds-of.ts';
import { LeafTable } from './leaf-table.ts';
import type { LiteralIndex } from './literal-index.ts';
import type { Matching } from './plan-matching.ts';
import type { CategoryRecord, RuleRange, Selector } from './program-model.ts';
import type { ProgramTables } from './program-tables.ts';
import { RegexTable } from './regex-table.ts';
import { RegexTestTable } from './regex-test-table.ts';
import { responseKinds } from './response-kinds.ts';
import { RuleTable } from './rule-table.ts';
import { SectionWriter } from './section-writer.ts';
import { starts } from './starts.ts';
import { TextPool } from './text-pool.ts';
import { type ThresholdScope, writeThresholdScopes } from './tuning/threshold-scopes.ts';
import { writeCaptures } from './write-captures.ts';
import { writeLiterals, writeOverlay } from './write-literals.ts';
import { writePlans } from './write-plans.ts';

/** Everything that a program consists of. */
export interface ProgramParts extends RuleParts, Omit<Matching, 'leafGates'> {
  readonly maxSteps: number;
  /** Action code of the budget policy. */
  readonly onBudget: number;
  readonly tables: ProgramTables;
  /** Requests with thresholds of their own. */
  readonly scopes: readonly ThresholdScope[];
  /** Literals that are searched for apart from the others; null for none. */
  readonly overlay: LiteralIndex | null;
}

/** The rules, in the order of the config. */
export interface RuleParts {
  readonly rules: readonly CompiledRule[];
  readonly categories: readonly CategoryRecord[];
  /** The rules that partial allow rules take out, by rule. */
  readonly skips: ReadonlyMap<number, readonly RuleRange[]>;
  /** Rules that read scores. */
  readonly late: readonly number[];
}

/** All sections but those of rules and leaves, and what is kept of those from program to program. */
export interface WrittenTables {
  readonly sections: SectionWriter;
  readonly text: TextPool;
  readonly rules: RuleTable;
  readonly leaves: LeafTable;
  readonly regexTests: RegexTestTable;
  readonly regexes: RegexTable;
}

/** The bytes of a program; same parts, same bytes. The layout is drawn in assembly/DESIGN.md. */
export function writeProgram(parts: ProgramParts, tables = writeTables(parts)): Uint8Array {
  const sections = new SectionWriter(tables.sections);
  const text = new TextPool(tables.text);
  const { rules, categories, skips } = parts;
  writeCategories(sections, text, categories);
  sections.numbers(L.SECTION_LATE_RULES, parts.late);
  writeThresholdScopes(sections, parts.scopes, categories);
  tables.leaves.write(sections, parts.tables.leaves.items, parts.planned, rules);
  const ids = tables.rules.write(sections, rules, categories, skips, text.length);
  sections.bytes(L.SECTION_TEXT, Buffer.concat([...text.toBytes(), ids]));
  return sections.join((view, totalBytes) => {
    view.setUint32(L.HEADER_MAGIC_AT, L.PROGRAM_MAGIC, true);
    view.setUint16(L.HEADER_FORMAT_AT, L.PROGRAM_FORMAT, true);
    view.setUint8(L.HEADER_ON_BUDGET_AT, parts.onBudget);
    view.setUint32(L.HEADER_TOTAL_BYTES_AT, totalBytes, true);
    view.setUint32(L.HEADER_MAX_STEPS_AT, parts.maxSteps, true);
    const longest = Math.max(parts.literals.longestExact, parts.overlay?.longestExact ?? 0);
    view.setUint32(L.HEADER_LONGEST_EXACT_AT, longest, true);
    view.setBigUint64(L.HEADER_KINDS_AT, allKinds(parts.tables), true);
    view.setBigUint64(
      L.HEADER_RESPONSE_KINDS_AT,
      responseKinds(rules, parts.tables, parts.scopes),
      true,
    );
  });
}

export function writeTables(parts: ProgramParts): WrittenTables {
  const sections = new SectionWriter();
  const text = new TextPool();
  writeTargets(sections, text, parts);
  writePlans(sections, text, parts);
  const regexTests = new RegexTestTable();
  regexTests.write(sections, parts.regexTests);
  const regexes = new RegexTable();
  regexes.write(
    sections,
    parts.regexTests.map(({ regex }) => regex),
  );
  writeLiterals(sections, text, parts.literals);
  writeOperands(sections, text, parts.tables);
  writeIpSets(sections, parts.tables);
  writeCaptures(sections, text, parts.tables);
  return { sections, text, rules: new RuleTable(), leaves: new LeafTable(), regexTests, regexes };
}

/** The tables of `before` with what has been added since; those that are as they were are not touched. */
export function extendTables(
  before: WrittenTables,
  base: ProgramParts,
  parts: ProgramParts,
): WrittenTables {
  const sections = new SectionWriter(before.sections);
  const text = new TextPool(before.text);
  const { tables } = parts;
  const grew = (section: number, items: { readonly length: number }) =>
    items.length > sections.count(section);
  if (grew(L.SECTION_TARGET_SETS, tables.targetSets) || grew(L.SECTION_CHAINS, tables.chains)) {
    writeTargets(sections, text, parts);
  }
  const hasNewPattern = tables.countNamePatterns() > sections.count(L.SECTION_NAME_PATTERNS);
  if (parts.plans !== base.plans || hasNewPattern) writePlans(sections, text, parts);
  if (grew(L.SECTION_REGEX_TESTS, parts.regexTests)) {
    before.regexTests.write(sections, parts.regexTests);
    before.regexes.write(
      sections,
      parts.regexTests.map(({ regex }) => regex),
    );
  }
  if (
    grew(L.SECTION_PATTERNS, tables.patterns) ||
    grew(L.SECTION_BOUNDS, tables.bounds) ||
    grew(L.SECTION_BYTE_SETS, tables.byteSets)
  ) {
    writeOperands(sections, text, tables);
  }
  if (grew(L.SECTION_IP_SETS, tables.ipSets)) writeIpSets(sections, tables);
  const hasNewReference = grew(L.SECTION_REFERENCES, tables.references);
  if (hasNewReference || grew(L.SECTION_TEMPLATES, tables.templates)) {
    writeCaptures(sections, text, tables);
  }
  if (parts.overlay !== null) writeOverlay(sections, text, parts.overlay);
  return { ...before, sections, text };
}

function allKinds({ targetSets }: ProgramTables): bigint {
  const kinds = new Set<number>();
  for (const selectors of targetSets) for (const kind of kindsOf(selectors)) kinds.add(kind);
  return kindMask(kinds);
}

function writeCategories(
  sections: SectionWriter,
  text: TextPool,
  categories: readonly CategoryRecord[],
): void {
  sections.records(L.SECTION_CATEGORIES, categories.length, (view, at, i) => {
    const { name, threshold } = categories[i]!;
    view.setInt32(at + L.CATEGORY_THRESHOLD_AT, threshold, true);
    view.setUint32(at + L.CATEGORY_NAME_START_AT, text.add(name), true);
    view.setUint32(at + L.CATEGORY_NAME_LEN_AT, name.length, true);
  });
}

function writeTargets(sections: SectionWriter, text: TextPool, parts: ProgramParts): void {
  const { tables } = parts;
  const sets = tables.targetSets.items;
  const selectorStarts = starts(sets);
  sections.records(L.SECTION_TARGET_SETS, sets.length, (view, at, i) => {
    view.setUint32(at + L.TARGET_SET_SELECTOR_START_AT, selectorStarts[i]!, true);
    view.setBigUint64(at + L.TARGET_SET_KINDS_AT, kindMask(kindsOf(sets[i] ?? [])), true);
  });
  const selectors = sets.flat();
  sections.records(L.SECTION_SELECTORS, selectors.length, (view, at, i) => {
    const selector = selectors[i]!;
    const { kind, name, flags } = selector;
    const number = numberOf(selector, parts);
    view.setUint32(at + L.SELECTOR_NAME_START_AT, number ?? text.add(name), true);
    view.setUint16(at + L.SELECTOR_NAME_LEN_AT, number === null ? name.length : 0, true);
    view.setUint8(at + L.SELECTOR_KIND_AT, kind);
    view.setUint8(at + L.SELECTOR_FLAGS_AT, flags);
  });
  sections.numbers(L.SECTION_CHAINS, starts(tables.chains.items));
  sections.bytes(L.SECTION_CHAIN_STEPS, Uint8Array.from(tables.chains.items.flat()));
}

/** What a selector numbers instead of naming it; null for a name. */
function numberOf({ kind, name, flags }: Selector, parts: ProgramParts): number | null {
  if ((flags & L.SELECTOR_IS_PATTERN) !== 0) {
    return parts.tables.namePatterns.get(kind)!.numberOf(name);
  }
  if ((flags & L.SELECTOR_IS_CAPTURE) !== 0) return Number(name);
  if ((flags & L.SELECTOR_IS_SCORE) === 0) return null;
  return parts.categories.findIndex((category) => category.name === name);
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
