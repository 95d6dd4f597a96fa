import type { ByteText } from '../byte-text.ts';
import { chanceOfSet, chanceOfWord } from './byte-rarity.ts';
import { type ByteSet, bytesOf, isEmptySet, isSubset, union } from './byte-set.ts';
import { requiredSets } from './required-sets.ts';
import type { Node } from './syntax-tree.ts';

/**
 * What the texts of a part begin with: each text, in lower case, is one of the closed words, or
 * begins with one of the open words, or holds a byte of `gap`. Words have at most `WORD_BYTES` bytes.
 */
export interface PrefixForm {
  /** Word → whether it is open. */
  readonly words: ReadonlyMap<ByteText, boolean>;
  readonly gap: ByteSet | null;
  /** What the words are behind a short word, which needs every byte that can be had. */
  readonly tails?: ReadonlyMap<ByteText, boolean> | undefined;
  /** The texts are empty or hold a byte of this: what is taken where it is a gap already. */
  readonly jump?: ByteSet | null;
}

/** Whether optional junk and middling sets become gaps, or end the words before them. */
export type Policy = 'plain' | 'gapped';

export const WORD_BYTES = 8;

/** So many words at most, of which so many may be short. */
const MAX_WORDS = 1024;
const MAX_SHORT_WORDS = 64;
const LONG_WORD_BYTES = 3;

/** A set of more letters than this is not spelled out, or only behind a short word. */
const MAX_SPELLED = 4;
const MAX_TAILS = 12;

/** A gap that more than this share of ordinary values jump over is no gap. */
const MAX_GAP_CHANCE = 0.5;

/** Optional parts that so few ordinary values have are jumped over, not spelled out. */
const RARE_GAP_CHANCE = 0.1;

/** Words as long as this end before a gap instead of reaching over it. */
const ENOUGH_BEFORE_SET = 3;
const ENOUGH_BEFORE_JUNK = 4;

const NOTHING: PrefixForm = { words: new Map([['', false]]), gap: null };
const ANYTHING: PrefixForm = { words: new Map([['', true]]), gap: null };

/** The form of a sequence of no parts. */
export const BEGINNING = NOTHING;

/** Forms of the parts of one expression; every part is looked at once per policy. */
export class PrefixForms {
  readonly #known = { plain: new Map<Node, PrefixForm>(), gapped: new Map<Node, PrefixForm>() };

  of(node: Node, policy: Policy): PrefixForm {
    let form = this.#known[policy].get(node);
    if (form === undefined) {
      const sameAsPlain = policy === 'gapped' && !this.#hasGap(node);
      form = sameAsPlain ? this.of(node, 'plain') : this.#form(node, policy);
      this.#known[policy].set(node, form);
    }
    return form;
  }

  /** Whether the policies can differ in a part. */
  #hasGap(node: Node): boolean {
    switch (node.kind) {
      case 'set':
        return this.of(node, 'plain').words.get('') === true;
      case 'repeat':
        return node.max > Math.max(1, node.min) || this.#differs(node.item) || node.min === 0;
      case 'capture':
        return this.#differs(node.item);
      case 'concat':
      case 'alternatives':
        return node.items.some((item) => this.#differs(item));
      default:
        return false;
    }
  }

  #differs(node: Node): boolean {
    return this.of(node, 'gapped') !== this.of(node, 'plain');
  }

  #form(node: Node, policy: Policy): PrefixForm {
    switch (node.kind) {
      case 'set':
        return setForm(node.set, policy);
      case 'capture':
        return this.of(node.item, policy);
      case 'concat':
        return this.#sequence(node.items, policy);
      case 'alternatives':
        return node.items.map((item) => this.of(item, policy)).reduce(either);
      case 'repeat':
        return this.#repeated(node.item, node.min, node.max, policy);
      default:
        return NOTHING;
    }
  }

  #sequence(items: readonly Node[], policy: Policy): PrefixForm {
    let form = NOTHING;
    for (const item of items) {
      form = extend(form, this.of(item, policy));
      if (!hasClosed(form)) break;
    }
    return form;
  }

  #repeated(item: Node, min: number, max: number, policy: Policy): PrefixForm {
    const once = this.of(item, policy);
    if (min === 0 && max === 1) {
      const jump = more(item, policy);
      const isRare = jump.gap !== null && chanceOfSet(jump.gap) <= RARE_GAP_CHANCE;
      const optional = either(once, NOTHING);
      if (isRare || optional.words.get('') === true) return jump;
      return { ...optional, jump: jump.gap };
    }
    if (min === 0) return more(item, policy);
    let form = once;
    for (let i = 1; i < min && i < WORD_BYTES && hasClosed(form); i++) form = extend(form, once);
    const rest = min > WORD_BYTES ? ANYTHING : max > min ? more(item, policy) : NOTHING;
    const tails = once.tails === undefined ? undefined : opened(once.tails);
    return { ...extend(form, rest), tails };
  }
}

/** Chance that an ordinary value satisfies the form. */
export function chanceOfForm({ words, gap }: PrefixForm): number {
  let misses = gap === null ? 1 : 1 - chanceOfSet(gap);
  for (const word of words.keys()) misses *= 1 - chanceOfWord(word);
  return 1 - misses;
}

export function hasClosed(form: PrefixForm): boolean {
  for (const open of form.words.values()) if (!open) return true;
  return false;
}

/** The form of a text of `form` followed by a text of `spelled`. */
export function extend(form: PrefixForm, spelled: PrefixForm): PrefixForm {
  const jumpsFree = spelled.jump != null && form.gap !== null && isSubset(spelled.jump, form.gap);
  const next = jumpsFree ? NOTHING : spelled;
  const words = new Map<ByteText, boolean>();
  const enough = next.words.get('') === false ? ENOUGH_BEFORE_JUNK : ENOUGH_BEFORE_SET;
  const isNewGap = next.gap !== null && !(form.gap !== null && isSubset(next.gap, form.gap));
  let jumps = false;
  for (const [word, open] of form.words) {
    if (open || (isNewGap && word.length >= enough)) put(words, word, true);
    else {
      const isShort = word.length > 0 && word.length < LONG_WORD_BYTES;
      const tails = isShort ? (next.tails ?? next.words) : next.words;
      jumps ||= tails === next.words;
      for (const [tail, tailOpen] of tails) putCut(words, word + tail, tailOpen);
    }
  }
  if (!isModest(words)) return { words: opened(form.words), gap: form.gap };
  const gap = jumps ? bothGaps(form.gap, next.gap) : form.gap;
  return { words, gap };
}

/** The form of a text of either. */
export function either(a: PrefixForm, b: PrefixForm): PrefixForm {
  const words = new Map(a.words);
  for (const [word, open] of b.words) put(words, word, open);
  return { words: shortened(words), gap: bothGaps(a.gap, b.gap) };
}

/** Beginnings of the words, as long as their number allows. */
function shortened(words: Map<ByteText, boolean>): ReadonlyMap<ByteText, boolean> {
  let short = words;
  for (let length = WORD_BYTES - 1; !isModest(short); length--) {
    short = new Map();
    for (const [word, open] of words) {
      put(short, word.slice(0, length), open || word.length > length);
    }
  }
  return short;
}

function isModest(words: ReadonlyMap<ByteText, boolean>): boolean {
  if (words.size <= MAX_SHORT_WORDS) return true;
  if (words.size > MAX_WORDS) return false;
  let short = 0;
  for (const word of words.keys()) if (word.length < LONG_WORD_BYTES) short += 1;
  return short <= MAX_SHORT_WORDS;
}

function setForm(set: ByteSet, policy: Policy): PrefixForm {
  const letters = lettersOf(set);
  if (letters.size <= MAX_SPELLED) return { words: letters, gap: null };
  const tails = letters.size <= MAX_TAILS ? letters : undefined;
  if (policy === 'plain' || chanceOfSet(set) > MAX_GAP_CHANCE) return { ...ANYTHING, tails };
  return { words: new Map(), gap: set, tails };
}

/** The bytes in lower case, as closed words; one more than is ever spelled out at most. */
function lettersOf(set: ByteSet): Map<ByteText, boolean> {
  const letters = new Map<ByteText, boolean>();
  for (const byte of bytesOf(set)) {
    letters.set(String.fromCharCode(byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte), false);
    if (letters.size > MAX_TAILS) break;
  }
  return letters;
}

/** Any number of further repetitions: none, or a byte that each of them has to hold. */
function more(item: Node, policy: Policy): PrefixForm {
  if (policy === 'plain') return ANYTHING;
  const required = requiredSets(item)[0];
  if (required === undefined || required.chance > MAX_GAP_CHANCE) return ANYTHING;
  return { words: NOTHING.words, gap: required.set };
}

function opened(words: ReadonlyMap<ByteText, boolean>): ReadonlyMap<ByteText, boolean> {
  return new Map([...words.keys()].map((word) => [word, true]));
}

/** An open word covers the closed one. */
function put(words: Map<ByteText, boolean>, word: ByteText, open: boolean): void {
  words.set(word, open || words.get(word) === true);
}

function putCut(words: Map<ByteText, boolean>, word: ByteText, open: boolean): void {
  if (word.length < WORD_BYTES) put(words, word, open);
  else put(words, word.slice(0, WORD_BYTES), true);
}

function bothGaps(a: ByteSet | null, b: ByteSet | null): ByteSet | null {
  if (a === null || isEmptySet(a)) return b;
  return b === null ? a : union(a, b);
}
