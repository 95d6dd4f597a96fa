import * as L from '../config/layout.gen.ts';
import { hashName } from './byte-text.ts';
import type { NameEntry, PlanNode } from './plans.ts';
import { ALWAYS_BIT, type Bits } from './profile-bits.ts';
import type { Gate } from './regex-gates.ts';
import type { SectionWriter } from './section-writer.ts';
import { starts } from './starts.ts';
import type { TextPool } from './text-pool.ts';
import { TRANSFORMS_BY_CODE } from './transform-codes.ts';
import type { ProgramParts } from './write-program.ts';

/** The way from a value to its tests: names, plans, gates, and the profile that gates read. */
export function writePlans(sections: SectionWriter, text: TextPool, parts: ProgramParts): void {
  const { plans, kindPlans, names } = parts.plans;
  const nodes = new NodeList(parts);
  const trees = plans.map((root) => nodes.add(root));
  sections.numbers(L.SECTION_PLANS, [...trees, nodes.items.length]);
  sections.records(L.SECTION_PLAN_NODES, nodes.items.length, (view, at, i) => {
    const node = nodes.items[i]!;
    view.setBigUint64(at + L.PLAN_NODE_TRIGGERS_AT, node.triggers, true);
    view.setUint32(at + L.PLAN_NODE_END_AT, node.end, true);
    view.setUint32(at + L.PLAN_NODE_CHAIN_AT, node.chain, true);
    view.setUint32(at + L.PLAN_NODE_GATE_START_AT, node.gateStart, true);
    view.setUint32(at + L.PLAN_NODE_GATE_END_AT, node.gateEnd, true);
    view.setUint8(at + L.PLAN_NODE_TRANSFORM_AT, node.transform);
    view.setUint8(at + L.PLAN_NODE_FLAGS_AT, node.searched ? L.PLAN_NODE_IS_SEARCHED : 0);
  });
  writeGates(sections, nodes.gates);
  const named = new Set(names.map(({ kind }) => kind));
  const { namePatterns } = parts.tables;
  const patterns = Array.from(
    { length: L.KINDS },
    (_, kind) => namePatterns.get(kind)?.items ?? [],
  );
  const patternStarts = starts(patterns);
  sections.numbers(L.SECTION_NAME_PATTERNS, patterns.flat());
  sections.records(L.SECTION_KIND_PLANS, L.KINDS, (view, at, kind) => {
    view.setUint32(at + L.KIND_PLAN_PLAN_AT, kindPlans[kind]!, true);
    const isPatterned = namePatterns.has(kind) ? L.KIND_PLAN_IS_PATTERNED : 0;
    const isNamed = named.has(kind) ? L.KIND_PLAN_IS_NAMED : 0;
    view.setUint32(at + L.KIND_PLAN_FLAGS_AT, isNamed | isPatterned, true);
    view.setUint32(at + L.KIND_PLAN_PATTERN_START_AT, patternStarts[kind]!, true);
    view.setUint32(at + L.KIND_PLAN_PATTERN_END_AT, patternStarts[kind + 1]!, true);
  });
  writeNames(sections, text, names);
  const rows = parts.bits.rows();
  sections.records(L.SECTION_PROFILE_ROWS, rows.length, (view, at, byte) => {
    view.setBigUint64(at + L.PROFILE_ROW_BITS0_AT, rows[byte]!.bits0, true);
    view.setBigUint64(at + L.PROFILE_ROW_BITS1_AT, rows[byte]!.bits1, true);
  });
}

interface NodeRecord {
  readonly triggers: bigint;
  readonly chain: number;
  readonly gateStart: number;
  readonly gateEnd: number;
  readonly transform: number;
  readonly searched: boolean;
  end: number;
}

/** Nodes of all plans in preorder; equal lists of gates are kept once. */
class NodeList {
  readonly items: NodeRecord[] = [];
  readonly gates: Gate[] = [];
  readonly #parts: ProgramParts;
  readonly #lists = new Map<string, number>();

  constructor(parts: ProgramParts) {
    this.#parts = parts;
  }

  /** Returns the index of the first node. */
  add(root: PlanNode | null): number {
    const first = this.items.length;
    if (root !== null) this.#node(root);
    return first;
  }

  #node(node: PlanNode): void {
    const gateStart = this.#list(node.gated);
    const record: NodeRecord = {
      triggers: this.#triggers(node.transform),
      chain: node.chain ?? L.NONE,
      gateStart,
      gateEnd: gateStart + node.gated.length,
      transform: node.transform,
      searched: node.searched,
      end: 0,
    };
    this.items.push(record);
    for (const child of node.children) this.#node(child);
    record.end = this.items.length;
  }

  #triggers(transform: number): bigint {
    const triggers = TRANSFORMS_BY_CODE.get(transform)?.triggers ?? null;
    return triggers === null ? ALWAYS_BIT : this.#parts.bits.bitOf(triggers)!.bits0;
  }

  #list(leaves: readonly number[]): number {
    const key = leaves.join();
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const start = this.gates.length;
    this.#lists.set(key, start);
    const gates = leaves.map((leaf) => this.#parts.gates.get(leaf)!);
    this.gates.push(...gates.sort(compareGates));
    return start;
  }
}

/** Gates that only ask for a search come last; of those the ones first that ask for least. */
function compareGates(a: Gate, b: Gate): number {
  const isSearch = ({ kind }: Gate) => Number(kind === 'search');
  if (isSearch(a) !== isSearch(b)) return isSearch(a) - isSearch(b);
  return isSearch(a) * (bitCount(a.need) - bitCount(b.need)) || a.leaf - b.leaf;
}

function bitCount({ bits0, bits1 }: Bits): number {
  return [...`${bits0.toString(2)}${bits1.toString(2)}`].filter((bit) => bit === '1').length;
}

const GATE_FLAGS = { test: 0, arm: L.GATE_IS_ARMED, search: L.GATE_IS_SEARCHED } as const;

function writeGates(sections: SectionWriter, gates: readonly Gate[]): void {
  sections.records(L.SECTION_GATES, gates.length, (view, at, i) => {
    const { leaf, need, kind } = gates[i]!;
    view.setBigUint64(at + L.GATE_NEED0_AT, need.bits0, true);
    view.setBigUint64(at + L.GATE_NEED1_AT, need.bits1, true);
    view.setUint32(at + L.GATE_LEAF_AT, leaf, true);
    view.setUint32(at + L.GATE_FLAGS_AT, GATE_FLAGS[kind], true);
  });
}

/** A hash table; at least as many buckets as names, a power of two. */
function writeNames(sections: SectionWriter, text: TextPool, names: readonly NameEntry[]): void {
  let size = 1;
  while (size < names.length) size *= 2;
  const sorted = names
    .map((entry) => ({ ...entry, hash: hashName(entry.kind, entry.name) }))
    .sort((a, b) => (a.hash & (size - 1)) - (b.hash & (size - 1)));
  const buckets = new Uint32Array(size + 1);
  for (const { hash } of sorted) buckets[(hash & (size - 1)) + 1]! += 1;
  for (let i = 0; i < size; i++) buckets[i + 1]! += buckets[i]!;
  sections.numbers(L.SECTION_NAME_BUCKETS, buckets);
  sections.records(L.SECTION_NAMES, sorted.length, (view, at, i) => {
    const { hash, kind, name, hasFirst, plan, firstPlan } = sorted[i]!;
    view.setUint32(at + L.NAME_HASH_AT, hash, true);
    view.setUint32(at + L.NAME_TEXT_START_AT, text.add(name), true);
    view.setUint16(at + L.NAME_TEXT_LEN_AT, name.length, true);
    view.setUint8(at + L.NAME_KIND_AT, kind);
    view.setUint8(at + L.NAME_FLAGS_AT, hasFirst ? L.NAME_IS_HAS_FIRST : 0);
    view.setUint32(at + L.NAME_PLAN_AT, plan, true);
    view.setUint32(at + L.NAME_FIRST_PLAN_AT, firstPlan, true);
  });
}
