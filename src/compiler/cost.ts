import * as L from '../config/layout.gen.ts';
import { type ByteText, periodOf } from './byte-text.ts';
import type { Ref } from './literal-index.ts';
import type { LeafRecord, RuleRecord, Selector } from './program-model.ts';
import { kindsOf } from './scan-plan.ts';
import type { ProgramParts } from './write-program.ts';

/**
 * The most steps that the engine can charge, from the program and the limits of a request alone. Every
 * term here stands for a `charge` in assembly/; DESIGN.md lists them side by side.
 */
export interface CostModel {
  /** All rules together. */
  ofProgram(): number;
  /** What one rule would take if it were alone, shared tables as they are. */
  ofRule(rule: RuleRecord): number;
}

const RECORD = L.REQUEST_MAX_RECORD_BYTES;
const FIELDS = L.REQUEST_MAX_VALUES;
/** Every field shows at most a value and a name. */
const VIEWS = 2 * FIELDS;
/** Reading an address, as in evaluate/operator.ts. */
const IP_STEPS = 64;

/** Kinds of one group share out the bytes that they are made of. */
const URI_GROUPS = [
  [L.KIND_URI],
  [L.KIND_PATH, L.KIND_QUERY_RAW],
  [L.KIND_QUERY, L.KIND_QUERY_NAMES],
];
const HEADER_GROUPS = [
  [L.KIND_HEADERS, L.KIND_HEADERS_NAMES],
  [L.KIND_COOKIES, L.KIND_COOKIES_NAMES],
];
const BODY_GROUPS = [[L.KIND_BODY_RAW], [L.KIND_BODY_FORM, L.KIND_BODY_FORM_NAMES]];

export function createCostModel(parts: ProgramParts): CostModel {
  const { tables } = parts;
  const hash = hashCost(parts);
  const mostHits = hitsPerByte(parts);

  /** Asking a target set about every value of a request. */
  function membership(set: number): number {
    const selectors = tables.targetSets.at(set);
    return VIEWS * (1 + selectors.length) + sum(selectors, nameCost);
  }

  /** Running one chain on, and searching, all values of some kinds; hits not included. */
  function scan(chain: number, kinds: ReadonlySet<number>): number {
    const steps = tables.chains.at(chain).length;
    const bytes = bytesOf(kinds);
    const perValue = 2 + steps + hash.perValue;
    return VIEWS * perValue + bytes * (steps + 2 + hash.perByte);
  }

  /** The hits of a leaf's literals, at most as many per byte as any place in a text can have. */
  function hits(leaf: LeafRecord, bytes: number): number {
    const own = sum(leaf.test.literals, ({ text, flags }) => {
      const verify = (flags & L.REF_IS_EXACT) !== 0 ? text.length : 0;
      return (2 + verify) / periodOf(text);
    });
    return Math.ceil(bytes * Math.min(own, mostHits)) + globCost(leaf, bytes);
  }

  function globCost({ op, operand }: LeafRecord, bytes: number): number {
    if (op !== L.OP_GLOB) return 0;
    const parts = tables.patterns.at(operand).parts;
    return VIEWS * (2 + 2 * sum(parts, (part) => part.length)) + bytes;
  }

  /** Testing a leaf against every value it selects, when a condition asks for it. */
  function visit(leaf: LeafRecord): number {
    const kinds = kindsOf(tables.targetSets.at(leaf.targetSet));
    const steps = tables.chains.at(leaf.chain).length;
    const bytes = bytesOf(kinds);
    return membership(leaf.targetSet) + VIEWS * (1 + steps) + bytes * (1 + steps) + operator(leaf);
  }

  function operator({ op, operand }: LeafRecord): number {
    if (op === L.OP_IP_IN) return VIEWS * IP_STEPS;
    if (op !== L.OP_WITHIN) return 0;
    return VIEWS * sum(tables.patterns.at(operand).parts, (part) => 1 + 2 * part.length);
  }

  function leafCost(leaf: LeafRecord): number {
    const isScanned = leaf.op === L.OP_LITERAL || leaf.op === L.OP_GLOB;
    const counting = leaf.quantifier === L.QUANTIFIER_ALL ? membership(leaf.targetSet) : 0;
    if (!isScanned) return visit(leaf) + counting + leaf.triggers.length;
    const kinds = kindsOf(tables.targetSets.at(leaf.targetSet));
    return membership(leaf.targetSet) + hits(leaf, bytesOf(kinds)) + counting;
  }

  function ofRule({ branches, scores, skips }: RuleRecord): number {
    const leaves = [...new Set(branches.map(({ leaf }) => leaf))].map((i) => tables.leaves.at(i));
    const effects = 2 + branches.length + scores.length + skipCost(skips);
    const first = firstCost(leaves.flatMap(({ targetSet }) => tables.targetSets.at(targetSet)));
    return readCost() + first + scanCost(leaves) + sum(leaves, leafCost) + effects;
  }

  /** Leaves that read the same transformed form of the same values share one scan. */
  function scanCost(leaves: readonly LeafRecord[]): number {
    const kindsByChain = new Map<number, Set<number>>();
    for (const { op, chain, targetSet } of leaves) {
      if (op !== L.OP_LITERAL && op !== L.OP_GLOB) continue;
      const kinds = kindsByChain.get(chain) ?? new Set();
      for (const kind of kindsOf(tables.targetSets.at(targetSet))) kinds.add(kind);
      kindsByChain.set(chain, kinds);
    }
    return sum([...kindsByChain], ([chain, kinds]) => scan(chain, kinds));
  }

  function ofProgram(): number {
    const leaves = tables.leaves.items;
    const all = bytesOf(new Set(parts.scans.map(({ kind }) => kind)));
    const chains = new Set(parts.scans.map(({ chain }) => chain)).size;
    const memberships = sum([...tables.targetSets.items.keys()], membership);
    const lazy = leaves.filter(({ op }) => op !== L.OP_LITERAL && op !== L.OP_GLOB);
    const scanned = leaves.filter(({ op }) => op === L.OP_GLOB);
    const counted = sum(parts.rules, ({ branches }) =>
      sum(branches, ({ leaf }) => {
        const { quantifier, targetSet } = tables.leaves.at(leaf);
        return quantifier === L.QUANTIFIER_ALL ? membership(targetSet) : 0;
      }),
    );
    return (
      readCost() +
      firstCost(tables.targetSets.items.flat()) +
      memberships +
      parts.scans.length * FIELDS +
      scanCost(leaves) +
      chains * all * mostHits +
      sum(scanned, (leaf) => globCost(leaf, all)) +
      sum(leaves, ({ triggers }) => triggers.length) +
      sum(lazy, visit) +
      counted +
      parts.always.length +
      sum(parts.rules, (r) => 2 + r.branches.length + r.scores.length + skipCost(r.skips))
    );
  }

  return { ofProgram, ofRule };
}

/** The most that looking a value up among whole texts costs, hits included. */
function hashCost({ literals: { exacts, buckets } }: ProgramParts) {
  const bucketSizes = Array.from(buckets.subarray(1), (end, i) => end - buckets[i]!);
  const sameHash = new Map<number, number>();
  for (const { hash } of exacts) sameHash.set(hash, (sameHash.get(hash) ?? 0) + 1);
  return {
    perValue: most(bucketSizes, (size) => size) + most(exacts, ({ refs }) => refCost(refs)),
    perByte: exacts.length === 0 ? 0 : 1 + most([...sameHash.values()], (n) => n),
  };
}

/** The most that one place in a text can cost: the literals that end there, each an ending of the next. */
function hitsPerByte({ literals: { automaton, refs } }: ProgramParts): number {
  const { nodes } = automaton;
  const totals = new Float64Array(nodes.length);
  const way: number[] = [];
  for (let start = 0; start < nodes.length; start++) {
    let at = start;
    for (; at !== L.NONE && totals[at] === 0; at = nodes[at]!.more) way.push(at);
    let total = at === L.NONE ? 0 : totals[at]!;
    for (let i = way.pop(); i !== undefined; i = way.pop()) {
      total += 1 + refCost(refs[nodes[i]!.literal] ?? []);
      totals[i] = total;
    }
  }
  return totals.reduce((highest, total) => Math.max(highest, total), 0);
}

function refCost(refs: readonly Ref[]): number {
  return sum(refs, ({ text, flags }) => ((flags & L.REF_IS_EXACT) !== 0 ? 1 + text.length : 1));
}

/** Reading the record, splitting it, and one step per field that is found. */
function readCost(): number {
  return 3 * RECORD + FIELDS;
}

/**
 * Bytes of all values of some kinds. A byte of the URI is part of up to three values (`uri`, `query.raw`,
 * `query.*`), one of the headers or the body of up to two, and all of them share one record: the most
 * comes out when the record is all of one sort.
 */
function bytesOf(kinds: ReadonlySet<number>): number {
  const copies = (groups: readonly (readonly number[])[]) =>
    groups.filter((group) => group.some((kind) => kinds.has(kind))).length;
  const body = copies(BODY_GROUPS);
  const rest = Math.max(1, copies(URI_GROUPS), copies(HEADER_GROUPS));
  return RECORD * rest + L.REQUEST_MAX_BODY_BYTES * Math.max(0, body - rest);
}

/** Comparing the name with all that are as long. */
function nameCost({ kind, name, flags }: Selector): number {
  return (flags & L.SELECTOR_IS_NAMED) === 0 ? 0 : namesakes(kind, name) * name.length;
}

/** Finding out, once per field and request, whether an earlier one has its name. */
function firstCost(selectors: readonly Selector[]): number {
  const names = new Map(
    selectors
      .filter(({ flags }) => (flags & L.SELECTOR_IS_FIRST) !== 0)
      .map((selector) => [`${selector.kind} ${selector.name}`, selector] as const),
  );
  return sum([...names.values()], ({ kind, name }) => {
    const fields = namesakes(kind, name);
    return fields * (FIELDS + fields * name.length);
  });
}

/** How many fields of a kind can have names as long as this one. */
function namesakes(kind: number, name: ByteText): number {
  const most = kind === L.KIND_HEADERS ? L.REQUEST_MAX_HEADERS : FIELDS;
  return Math.min(most, Math.floor(RECORD / (name.length + 1)));
}

function skipCost(skips: RuleRecord['skips']): number {
  return sum(skips, ([first, last]) => 1 + last - first);
}

function sum<T>(items: readonly T[], cost: (item: T) => number): number {
  return items.reduce((total, item) => total + cost(item), 0);
}

function most<T>(items: readonly T[], cost: (item: T) => number): number {
  return items.reduce((highest, item) => Math.max(highest, cost(item)), 0);
}
