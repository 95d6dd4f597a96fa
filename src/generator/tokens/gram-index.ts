const GRAM = 4;
const SLOTS = 1 << 18;

/** Finds out in which of many texts a token occurs, without reading them all. */
export interface GramIndex {
  /** Numbers of the owners whose texts contain the token, which has at least 4 bytes; null: too many to tell. */
  ownersOf(token: string, most: number): readonly number[] | null;
}

/** `texts(owner)` are the texts of the owner with that number. Owners are listed once per gram slot. */
export function createGramIndex(
  owners: number,
  texts: (owner: number) => readonly string[],
): GramIndex {
  const counts = new Uint32Array(SLOTS + 1);
  const seen = new Int32Array(SLOTS).fill(-1);
  const visit = (found: (slot: number, owner: number) => void) => {
    seen.fill(-1);
    for (let owner = 0; owner < owners; owner++) {
      for (const text of texts(owner)) visitSlots(text, owner, seen, found);
    }
  };
  visit((slot) => {
    counts[slot + 1]! += 1;
  });
  for (let slot = 0; slot < SLOTS; slot++) counts[slot + 1]! += counts[slot]!;
  const lists = new Uint32Array(counts[SLOTS]!);
  const next = counts.slice();
  visit((slot, owner) => {
    lists[next[slot]!++] = owner;
  });

  return {
    ownersOf(token, most) {
      let best = -1;
      for (let at = 0; at + GRAM <= token.length; at++) {
        const slot = slotAt(token, at);
        if (best < 0 || sizeOf(counts, slot) < sizeOf(counts, best)) best = slot;
      }
      if (best < 0 || sizeOf(counts, best) > most * 20) return null;
      const found: number[] = [];
      for (const owner of lists.subarray(counts[best]!, counts[best + 1]!)) {
        if (texts(owner).some((text) => text.includes(token))) found.push(owner);
      }
      return found.length > most ? null : found;
    },
  };
}

function visitSlots(
  text: string,
  owner: number,
  seen: Int32Array,
  found: (slot: number, owner: number) => void,
): void {
  for (let at = 0; at + GRAM <= text.length; at++) {
    const slot = slotAt(text, at);
    if (seen[slot] === owner) continue;
    seen[slot] = owner;
    found(slot, owner);
  }
}

function sizeOf(counts: Uint32Array, slot: number): number {
  return counts[slot + 1]! - counts[slot]!;
}

function slotAt(text: string, at: number): number {
  const word =
    (text.charCodeAt(at) << 24) |
    (text.charCodeAt(at + 1) << 16) |
    (text.charCodeAt(at + 2) << 8) |
    text.charCodeAt(at + 3);
  return Math.imul(word, 0x9e3779b1) >>> 14;
}
