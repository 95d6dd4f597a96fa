import type { ByteText } from '../byte-text.ts';
import { bothCases } from './byte-rarity.ts';
import { type ByteSet, emptySet, hasByte, isEmptySet, union } from './byte-set.ts';
import {
  BEGINNING,
  chanceOfForm,
  extend,
  hasClosed,
  type Policy,
  type PrefixForm,
  PrefixForms,
} from './prefix-form.ts';
import type { Node } from './syntax-tree.ts';

/** What every match holds: one of the literals, or one of the bytes. */
export interface RequiredClause {
  /** In lower case, 2 to 8 bytes. */
  readonly literals: readonly ByteText[];
  readonly bytes: ByteSet | null;
  /**
   * Every match holds a literal that ends at most so many bytes behind the beginning of the match;
   * `Infinity` without such a bound, and where a byte is enough.
   */
  readonly reach: number;
  /** Estimated chance that an ordinary value satisfies it. */
  readonly chance: number;
}

/** A clause and the parts of a sequence that it is about. */
interface Candidate {
  readonly clause: RequiredClause;
  readonly first: number;
  readonly last: number;
}

/** The rarest form of a run of parts, and whether a part of the run could be a gap. */
interface Run {
  readonly form: PrefixForm;
  readonly last: number;
  readonly chance: number;
  readonly hasGaps: boolean;
}

const MAX_CLAUSES = 4;
const USELESS = 0.95;
const LITERAL_PRICE = 0.0005;
const MAX_LITERALS = 1024;
const MIN_LITERAL_BYTES = 2;

/** Among the clauses found, one of unbounded reach counts as so much dearer than a short one. */
const REACH_PRICE = 0.5;
const SHORT_REACH = 32;

/** A sequence is looked at from so many of its parts. */
const MAX_STARTS = 256;

/** The clauses that every match of `node` satisfies; the rarest first. */
export function requiredClauses(node: Node): readonly RequiredClause[] {
  const clauses = new ClauseSearch().ofNode(node);
  const ranked = [...clauses].sort((a, b) => price(a) * vagueness(a) - price(b) * vagueness(b));
  return ranked.flatMap(cleaned);
}

class ClauseSearch {
  readonly #forms = new PrefixForms();

  ofNode(node: Node): readonly RequiredClause[] {
    return node.kind === 'concat' ? this.#ofSequence(node.items) : this.#ofSequence([node]);
  }

  #ofSequence(items: readonly Node[]): readonly RequiredClause[] {
    const candidates: Candidate[] = [];
    let before = 0;
    for (let i = 0; i < items.length && i < MAX_STARTS; i++) {
      const found = this.#inside(items[i]!).map((clause) => ({ clause, first: i, last: i }));
      const run = this.#bestRun(items, i);
      if (run !== null) found.unshift(run);
      for (const { clause, first, last } of found) {
        candidates.push({ clause: farther(clause, before), first, last });
      }
      before += longest(items[i]!);
    }
    candidates.sort((a, b) => price(a.clause) - price(b.clause));
    const taken: Candidate[] = [];
    for (const candidate of candidates) {
      if (taken.length === MAX_CLAUSES) break;
      const overlaps = taken.some((t) => t.first <= candidate.last && candidate.first <= t.last);
      if (!overlaps || isInside(candidate, taken)) taken.push(candidate);
    }
    return taken.map(({ clause }) => clause);
  }

  /** The rarest form of what begins at part `first`. */
  #bestRun(items: readonly Node[], first: number): Candidate | null {
    const plain = this.#run(items, first, 'plain');
    const runs = plain.hasGaps ? [plain, this.#run(items, first, 'gapped')] : [plain];
    let best: Candidate | null = null;
    for (const { form, last, chance } of runs) {
      const clause = toClause(form, chance);
      if (clause === null || (best !== null && price(best.clause) <= price(clause))) continue;
      best = { clause, first, last };
    }
    return best;
  }

  #run(items: readonly Node[], first: number, policy: Policy): Run {
    let best = { form: BEGINNING, last: first, chance: 1, hasGaps: false };
    let form = BEGINNING;
    let hasGaps = false;
    for (let last = first; last < items.length && hasClosed(form); last++) {
      const next = this.#forms.of(items[last]!, policy);
      hasGaps ||= policy === 'plain' && next !== this.#forms.of(items[last]!, 'gapped');
      form = extend(form, next);
      // A single word gets rarer with every byte.
      const isGrowing = form.words.size === 1 && form.gap === null && hasClosed(form);
      if (isGrowing && last + 1 < items.length) continue;
      const chance = chanceOfForm(form);
      if (chance < best.chance) best = { form, last, chance, hasGaps };
    }
    return { ...best, hasGaps };
  }

  /** Clauses that a part has beside the form of its beginning. */
  #inside(node: Node): readonly RequiredClause[] {
    switch (node.kind) {
      case 'concat':
        return this.#ofSequence(node.items);
      case 'capture':
        return this.#inside(node.item);
      case 'repeat':
        return node.min === 0 ? [] : this.ofNode(node.item);
      case 'alternatives':
        return anyOf(node.items.map((item) => this.ofNode(item)));
      default:
        return [];
    }
  }
}

/** Literals cost something to look for, even where they are rare. */
function price({ literals, chance }: RequiredClause): number {
  return chance + literals.length * LITERAL_PRICE;
}

/** Of two clauses that are about equally rare, the one that says where the match begins is better. */
function vagueness({ reach }: RequiredClause): number {
  return 1 + REACH_PRICE * Math.max(0, 1 - SHORT_REACH / reach);
}

/** The clause of a part, as a clause of what begins up to `before` bytes earlier. */
function farther(clause: RequiredClause, before: number): RequiredClause {
  return { ...clause, reach: clause.reach + before };
}

/** Trees are immutable, and the parts of one are asked for at every level. */
const lengths = new WeakMap<Node, number>();

/** Bytes of the longest text that `node` matches. */
function longest(node: Node): number {
  let length = lengths.get(node);
  if (length === undefined) {
    length = findLongest(node);
    lengths.set(node, length);
  }
  return length;
}

function findLongest(node: Node): number {
  switch (node.kind) {
    case 'set':
      return 1;
    case 'capture':
      return longest(node.item);
    case 'repeat':
      return node.max * longest(node.item);
    case 'concat':
      return node.items.reduce((sum, item) => sum + longest(item), 0);
    case 'alternatives':
      return node.items.reduce((most, item) => Math.max(most, longest(item)), 0);
    default:
      return 0;
  }
}

/** Clauses of one part go together, except that equal ones say nothing new. */
function isInside(candidate: Candidate, taken: readonly Candidate[]): boolean {
  return taken.every(
    (t) =>
      t.first > candidate.last ||
      t.last < candidate.first ||
      (t.first === t.last &&
        t.first === candidate.first &&
        t.last === candidate.last &&
        key(t.clause) !== key(candidate.clause)),
  );
}

function key({ literals, bytes }: RequiredClause): string {
  return `${literals.join('|')}|${bytes === null ? '' : bytes.join()}`;
}

/** The best clause of every alternative together, then their second best, and so on. */
function anyOf(alternatives: readonly (readonly RequiredClause[])[]): readonly RequiredClause[] {
  if (alternatives.some((clauses) => clauses.length === 0)) return [];
  const most = Math.max(...alternatives.map((clauses) => clauses.length));
  const merged: RequiredClause[] = [];
  for (let rank = 0; rank < most; rank++) {
    const clause = eitherOf(alternatives.map((clauses) => clauses[rank] ?? clauses.at(-1)!));
    if (clause !== null) merged.push(clause);
  }
  return merged;
}

function eitherOf(clauses: readonly RequiredClause[]): RequiredClause | null {
  const hits = 1 - clauses.reduce((misses, clause) => misses * (1 - clause.chance), 1);
  const count = clauses.reduce((sum, clause) => sum + clause.literals.length, 0);
  if (hits >= USELESS || count > MAX_LITERALS) return null;
  let bytes: ByteSet | null = null;
  for (const clause of clauses) {
    if (clause.bytes !== null) bytes = bytes === null ? clause.bytes : union(bytes, clause.bytes);
  }
  const literals = clauses.flatMap((clause) => clause.literals);
  const reach = clauses.reduce((most, clause) => Math.max(most, clause.reach), 0);
  return { literals, bytes, reach, chance: hits };
}

function toClause({ words, gap }: PrefixForm, chance: number): RequiredClause | null {
  if (chance >= USELESS || words.has('')) return null;
  const bytes = gap === null ? emptySet() : gap.slice();
  const literals: ByteText[] = [];
  for (const word of words.keys()) {
    if (word.length < MIN_LITERAL_BYTES) bothCases(bytes, word.charCodeAt(0));
    else literals.push(word);
  }
  if (!isEmptySet(bytes)) return { literals, bytes, reach: Number.POSITIVE_INFINITY, chance };
  const reach = literals.reduce((most, word) => Math.max(most, word.length), 0);
  return { literals, bytes: null, reach, chance };
}

/**
 * The clause without literals that hold another one or one of the bytes: those are satisfied anyway,
 * and what they hold ends where they end or before. None if nothing can satisfy it, because the
 * expression cannot match.
 */
function cleaned({ literals, bytes, reach, chance }: RequiredClause): readonly RequiredClause[] {
  const distinct = new Set(literals);
  const kept = [...distinct].filter(
    (word) => !(bytes !== null && holdsByte(word, bytes)) && !holdsOther(word, distinct),
  );
  if (kept.length === 0 && bytes === null) return [];
  return [{ literals: kept.sort(), bytes, reach, chance }];
}

function holdsByte(word: ByteText, bytes: ByteSet): boolean {
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    const isLetter = code >= 0x61 && code <= 0x7a;
    if (hasByte(bytes, code) && (!isLetter || hasByte(bytes, code - 0x20))) return true;
  }
  return false;
}

function holdsOther(word: ByteText, words: ReadonlySet<ByteText>): boolean {
  for (let from = 0; from + MIN_LITERAL_BYTES <= word.length; from++) {
    for (let to = from + MIN_LITERAL_BYTES; to <= word.length; to++) {
      if (to - from < word.length && words.has(word.slice(from, to))) return true;
    }
  }
  return false;
}
