import * as L from '../config/layout.gen.ts';
import { periodOf } from './byte-text.ts';
import { bindersOf, captureCost, namePatternCost } from './cost-captures.ts';
import { bytesPerSource, FIELDS, firstCost, RECORD, setSteps, VIEWS } from './cost-request.ts';
import { kindsOf } from './kinds-of.ts';
import type { LiteralIndex, Ref } from './literal-index.ts';
import type { PlanNode } from './plans.ts';
import type { LeafRecord } from './program-model.ts';
import { add, chainRate, FREE, most, type Rate, type Size, scale, UNCHANGED } from './rate.ts';
import { regexWeight } from './regex-weight.ts';
import { effectSteps, skipSteps } from './rule-steps.ts';
import type { ProgramParts, RuleParts } from './write-program.ts';

/**
 * The most steps that the engine can charge, from the program and the limits of a request alone. Every
 * term here stands for a `charge` in assembly/; DESIGN.md lists them side by side.
 */
export interface CostModel {
  /** Searching one output. */
  readonly search: Rate;
  /** What values cost before any rule is looked at. */
  ofTables(): number;
  ofLeaves(leaves: readonly LeafRecord[]): number;
  ofRules(parts: RuleParts): number;
  /** All rules together: tables, leaves and rules. */
  ofProgram(): number;
  /** What one rule would take if it were alone, in its widest form, shared tables as they are. */
  ofRule(index: number): number;
}

/** Three readings, as in assembly/detectors/is-sqli.ts. */
const SQLI_RATE: Rate = { perByte: 7, perValue: 26 };
/** Text, a URL, and four readings as attributes, as in assembly/detectors/is-xss.ts. */
const XSS_RATE: Rate = { perByte: 13, perValue: 2 };
/** Reading an address, as in assembly/match/operator.ts. */
const IP_STEPS = 64;

export function createCostModel(parts: ProgramParts): CostModel {
  const { tables } = parts;
  const search = searchRate(parts);
  const sourceOutputs = new Map<number, ReturnType<typeof outputsOf>>();

  /** Everything below and including a node whose input has a size. */
  function nodeRate(node: PlanNode, input: Size): Rate {
    const chain = node.transform === 0 ? [] : [node.transform];
    const { rate: transform, size: out } = chainRate(chain, input);
    const profile = scale({ perByte: 1 / 2, perValue: 6 + node.gated.length }, out);
    const isSearched = node.searched || node.gated.some((leaf) => waits(leaf));
    const tests = node.gated.map((leaf) => testRate(tables.leaves.at(leaf)));
    const onOutput = add([isSearched ? search : FREE, ...tests]);
    const below = node.children.map((child) => nodeRate(child, out));
    return add([transform, profile, scale(onOutput, out), ...below]);
  }

  function waits(leaf: number): boolean {
    const kind = parts.gates.get(leaf)?.kind;
    return kind === 'arm' || kind === 'search';
  }

  /** One test of one output; the clauses of its gate included. */
  function testRate({ op, operand }: LeafRecord): Rate {
    if (op === L.OP_REGEX) {
      const { regex, clauses } = parts.regexTests[operand]!;
      return { perByte: regexWeight(regex), perValue: 3 + clauses.length };
    }
    if (op === L.OP_COMPOSED) return { perByte: 3, perValue: 3 };
    if (op === L.OP_IS_SQLI) return SQLI_RATE;
    if (op === L.OP_IS_XSS) return XSS_RATE;
    if (op === L.OP_IP_IN) return { perByte: 0, perValue: 2 + IP_STEPS };
    const texts =
      op === L.OP_WITHIN || op === L.OP_TEXTS || op === L.OP_GLOB
        ? tables.patterns.at(operand).parts
        : [];
    const length = sum(texts, ({ text }) => 2 + 2 * text.length);
    return { perByte: 1 + 2 * texts.length, perValue: 2 + length };
  }

  function planRate(index: number): Rate {
    const root = parts.plans.plans[index] ?? null;
    return root === null ? FREE : nodeRate(root, UNCHANGED);
  }

  /** The dearest plan that views of a kind can follow. */
  function kindRates(): readonly Rate[] {
    const rates = parts.plans.kindPlans.map(planRate);
    for (const { kind, plan, firstPlan } of parts.plans.names) {
      rates[kind] = most([rates[kind]!, planRate(plan), planRate(firstPlan)]);
    }
    return rates;
  }

  function ofRates(rates: readonly Rate[]): number {
    const perValue = rates.reduce((highest, rate) => Math.max(highest, rate.perValue), 0);
    return Math.ceil(bytesPerSource((kind) => rates[kind]!.perByte) + VIEWS * (perValue + 6));
  }

  /** Testing a leaf against every value it selects, when a condition asks for it. */
  function visit(leaf: LeafRecord): number {
    const { rate, size, ways } = outputsOf(leaf);
    const isMatched = leaf.sources.length > 0;
    const values = isMatched ? L.MAX_SOURCE_HITS : VIEWS;
    const { perByte, perValue } = add([rate, scale(testRate(leaf), size)]);
    const finding = isMatched
      ? (L.MAX_SOURCE_HITS + 1) * (1 + leaf.sources.length)
      : FIELDS + setSteps(tables.targetSets.at(leaf.targetSet));
    const captures = captureCost(leaf, tables, outputsOf);
    return finding + captures + ways * RECORD * MOST_COPIES * perByte + values * (perValue + 4);
  }

  /**
   * The forms that a leaf looks at: what making one costs, how large it can be, and in how many ways a
   * value comes to it. A source's output is made anew for every leaf that looks at it.
   */
  function outputsOf(leaf: LeafRecord): { rate: Rate; size: Size; ways: number } {
    const chain = tables.chains.at(leaf.chain);
    const sources = [...leaf.sources, ...bindersOf(leaf, tables)].map((index) =>
      outputsOfSource(index),
    );
    const start = {
      factor: highest([...sources.map(({ size }) => size.factor), sources.length > 0 ? 0 : 1]),
      extra: highest(sources.map(({ size }) => size.extra)),
    };
    const { rate, size } = chainRate(chain, start);
    const ways = sources.length === 0 ? 1 : sum(sources, (source) => source.ways);
    const before = most(sources.map((source) => source.rate));
    return {
      rate: add([{ perByte: 0, perValue: 1 }, before, rate]),
      size,
      ways: Math.min(ways, L.MAX_SOURCE_HITS),
    };
  }

  function outputsOfSource(index: number): ReturnType<typeof outputsOf> {
    const known = sourceOutputs.get(index) ?? outputsOf(tables.leaves.at(index));
    sourceOutputs.set(index, known);
    return known;
  }

  function isLazy({ flags }: LeafRecord): boolean {
    return (flags & L.LEAF_IS_PLANNED) === 0;
  }

  /** Selectors of target sets, asked once per view each. */
  function membership(sets: Iterable<number>): number {
    return sum([...sets], (set) => setSteps(tables.targetSets.at(set)));
  }

  function ofRule(index: number): number {
    const rule = parts.rules[index]!;
    const leaves = [...rule.leaves].map((index) => tables.leaves.at(index));
    const planned = leaves
      .filter((leaf) => !isLazy(leaf))
      .map((leaf) => ({
        kinds: kindsOf(tables.targetSets.at(leaf.targetSet)),
        rate: leafRate(leaf),
      }));
    const rates = Array.from({ length: L.KINDS }, (_, kind) =>
      add(planned.filter(({ kinds }) => kinds.has(kind)).map(({ rate }) => rate)),
    );
    const looked = ofRates(rates);
    const membershipCost = membership(new Set(leaves.map(({ targetSet }) => targetSet)));
    const waking = sum(leaves, ({ wakes }) => wakes);
    const effects = effectSteps(rule) + skipSteps(parts.skips.get(index) ?? []);
    const read = readCost() + namePatternCost(tables, parts.regexTests);
    return read + looked + membershipCost + ofLeaves(leaves) + waking + effects;
  }

  function leafRate(leaf: LeafRecord): Rate {
    const { rate, size } = chainRate(tables.chains.at(leaf.chain), UNCHANGED);
    const test = leaf.test.literals.length > 0 ? ownSearch(leaf) : testRate(leaf);
    return add([rate, scale(test, size)]);
  }

  /** The search if the leaf's literals were the only ones: each can end once per period. */
  function ownSearch(leaf: LeafRecord): Rate {
    const hits = sum(leaf.test.literals, ({ text, flags }) => {
      const exact = (flags & L.REF_IS_EXACT) !== 0 ? text.length : 0;
      return (2 + exact) / periodOf(text);
    });
    const pattern = leaf.op === L.OP_GLOB ? testRate(leaf) : FREE;
    const perByte = Math.min(4 + hits, search.perByte) + pattern.perByte;
    return { perByte, perValue: 4 + pattern.perValue };
  }

  function ofTables(): number {
    const first = firstCost(tables.targetSets.items.flat());
    const looked = ofRates(kindRates());
    const read = readCost() + namePatternCost(tables, parts.regexTests);
    return read + first + looked + membership(tables.targetSets.items.keys());
  }

  /** Leaves that conditions ask for; those that wake rules are part of the rules. */
  function ofLeaves(leaves: readonly LeafRecord[]): number {
    return sum(leaves.filter(isLazy), visit);
  }

  function ofRules({ rules, skips }: RuleParts): number {
    return sum(rules, ({ steps }) => steps) + sum([...skips.values()], skipSteps);
  }

  function ofProgram(): number {
    return ofTables() + ofLeaves(tables.leaves.items) + ofRules(parts);
  }

  return { search, ofTables, ofLeaves, ofRules, ofProgram, ofRule };
}

/** A byte of the request is part of at most so many values. */
const MOST_COPIES = 6;

/** Searching one output: in the base, in the overlay, and for the globs that may be found. */
function searchRate({ literals, overlay, tables }: ProgramParts): Rate {
  // Globs are tried once per output, whatever number of times their literal occurs.
  const globs = tables.leaves.items.filter(({ op }) => op === L.OP_GLOB);
  const parts = globs.flatMap(({ operand }) => tables.patterns.at(operand).parts);
  const trying = {
    perByte: 2 * globs.length,
    perValue: sum(parts, ({ text }) => 2 + 2 * text.length),
  };
  return add([literalRate(literals), overlay === null ? FREE : literalRate(overlay), trying]);
}

/** A base is asked again for every rule that is added to it. */
const literalRates = new WeakMap<LiteralIndex, Rate>();

function literalRate(index: LiteralIndex): Rate {
  const known = literalRates.get(index) ?? findLiteralRate(index);
  literalRates.set(index, known);
  return known;
}

/** Walking the automaton, looking the whole up, and what is found. */
function findLiteralRate({ exacts, buckets, automaton, refs }: LiteralIndex): Rate {
  const bucketSizes = Array.from(buckets.subarray(1), (end, i) => end - buckets[i]!);
  const sameHash = new Map<number, number>();
  for (const { hash } of exacts) sameHash.set(hash, (sameHash.get(hash) ?? 0) + 1);
  const perHit = (ref: Ref) => {
    const exact = (ref.flags & L.REF_IS_EXACT) !== 0 ? ref.text.length : 0;
    const isGlob = (ref.flags & L.REF_IS_GLOB) !== 0;
    const isAtom = (ref.flags & L.REF_IS_ATOM) !== 0;
    return 1 + exact + (isAtom ? L.MAX_CLAUSES : 0) + (isGlob ? 1 : 0);
  };
  const totals = totalsPerEnd(automaton.nodes, (literal) => sum(refs[literal] ?? [], perHit));
  return {
    perByte: 4 + highest([...sameHash.values()]) + highest(totals),
    perValue: 2 + highest(bucketSizes) + highest(exacts.map((entry) => sum(entry.refs, perHit))),
  };
}

/** What the literals cost that can end at one place: each is an ending of the one before. */
function totalsPerEnd(
  nodes: ProgramParts['literals']['automaton']['nodes'],
  cost: (literal: number) => number,
): readonly number[] {
  const totals = new Array<number>(nodes.length).fill(0);
  const way: number[] = [];
  for (let start = 0; start < nodes.length; start++) {
    let at = start;
    for (; at !== L.NONE && totals[at] === 0; at = nodes[at]!.more) way.push(at);
    let total = at === L.NONE ? 0 : totals[at]!;
    for (let i = way.pop(); i !== undefined; i = way.pop()) {
      total += 1 + cost(nodes[i]!.literal);
      totals[i] = total;
    }
  }
  return totals;
}

/** Reading the record, splitting it, one step per field that is found, and one to add up its size. */
function readCost(): number {
  return 6 * RECORD + FIELDS * (L.MAX_POINTER_BYTES + 4) + 2;
}

function highest(numbers: readonly number[]): number {
  return numbers.reduce((top, n) => Math.max(top, n), 0);
}

function sum<T>(items: readonly T[], cost: (item: T) => number): number {
  return items.reduce((total, item) => total + cost(item), 0);
}
