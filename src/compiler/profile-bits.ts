import { chanceOfSet } from './byte-frequency.ts';
import { type ByteSet, hasByte, isSubset, keyOf } from './byte-set.ts';
import { RARE_BYTES } from './rare-bytes.ts';

/** Two words of bits, as the engine reads them. */
export interface Bits {
  readonly bits0: bigint;
  readonly bits1: bigint;
}

export const NO_BITS: Bits = { bits0: 0n, bits1: 0n };
/** Set in every profile; see assembly/match/profile.ts. */
export const ALWAYS_BIT = 1n << 63n;

const FIRST_WORD = 63;
const ALL = FIRST_WORD + 64;

/**
 * Which byte sets have a bit in the profile. Bit 0 is that of the rare bytes
 * (assembly/match/rare-bytes.ts). Triggers of transforms come first, since the engine looks
 * for them in the first word; of the others those that keep the most values away.
 */
export class ProfileBits {
  readonly #sets: ByteSet[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #chances = new Map<string, number>();

  /** `wanted`: one entry for each time that a test could use the set. */
  constructor(triggers: readonly ByteSet[], wanted: readonly ByteSet[]) {
    this.#add(RARE_BYTES);
    for (const set of triggers) this.#add(set);
    if (this.#sets.length > FIRST_WORD) throw new RangeError('more triggers than bits');
    const gains = new Map<string, { set: ByteSet; gain: number }>();
    for (const set of wanted) {
      const key = keyOf(set);
      const gain = 1 - this.#chanceOf(set, key);
      gains.set(key, { set, gain: (gains.get(key)?.gain ?? 0) + gain });
    }
    const ranked = [...gains].sort(([a, x], [b, y]) => y.gain - x.gain || (a < b ? -1 : 1));
    for (const [, { set }] of ranked) if (this.#sets.length < ALL) this.#add(set);
  }

  #add(set: ByteSet): void {
    const key = keyOf(set);
    if (this.#indexes.has(key)) return;
    this.#indexes.set(key, this.#sets.length);
    this.#sets.push(set);
  }

  #chanceOf(set: ByteSet, key: string): number {
    const known = this.#chances.get(key);
    if (known !== undefined) return known;
    const chance = chanceOfSet(set);
    this.#chances.set(key, chance);
    return chance;
  }

  /** The bit that is set whenever a byte of `set` occurs: its own, or that of a larger set; or null. */
  bitOf(set: ByteSet): Bits | null {
    const own = this.#indexes.get(keyOf(set));
    const index = own ?? this.#smallestAround(set);
    if (index === undefined) return null;
    return index < FIRST_WORD
      ? { bits0: 1n << BigInt(index), bits1: 0n }
      : { bits0: 0n, bits1: 1n << BigInt(index - FIRST_WORD) };
  }

  #smallestAround(set: ByteSet): number | undefined {
    let best: number | undefined;
    let least = 1;
    this.#sets.forEach((other, index) => {
      if (!isSubset(set, other)) return;
      const chance = this.#chanceOf(other, keyOf(other));
      if (chance >= least) return;
      least = chance;
      best = index;
    });
    return best;
  }

  /** True for a set with a bit of its own in the first word, where triggers of transforms have to be. */
  hasTrigger(set: ByteSet): boolean {
    const index = this.#indexes.get(keyOf(set));
    return index !== undefined && index < FIRST_WORD;
  }

  /** The bits of all sets of which a match needs a byte; sets without a bit ask for nothing. */
  all(sets: readonly ByteSet[]): Bits {
    return sets.reduce((sum, set) => join(sum, this.bitOf(set) ?? NO_BITS), NO_BITS);
  }

  /** Per byte, the bits that it sets. */
  rows(): readonly Bits[] {
    const bits = this.#sets.map((set) => this.bitOf(set)!);
    return Array.from({ length: 256 }, (_, byte) =>
      this.#sets.reduce((sum, set, i) => (hasByte(set, byte) ? join(sum, bits[i]!) : sum), NO_BITS),
    );
  }
}

function join(a: Bits, b: Bits): Bits {
  return { bits0: a.bits0 | b.bits0, bits1: a.bits1 | b.bits1 };
}
