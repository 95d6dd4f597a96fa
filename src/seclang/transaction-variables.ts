import { parseMacros, type TextPart } from './macros.ts';

/** What is known about a TX variable when the rules are imported. */
export type TxValue =
  | { readonly kind: 'constant'; readonly text: string }
  /** A sum of scores, which the engine adds up. */
  | { readonly kind: 'score'; readonly category: string }
  /** Set by a rule that looks at the request. */
  | { readonly kind: 'varying' };

/** The TX collection of SecLang, as far as it does not depend on the request. Names are in any case. */
export interface TransactionVariables {
  get(name: string): TxValue | undefined;
  /** A pinned variable keeps its value. */
  set(name: string, value: TxValue): void;
  pin(name: string, text: string): void;
  unset(name: string): void;
  /** Replaces what is constant; null when something else remains. */
  expand(text: string): string | null;
  /** Replaces what is constant and leaves the other macros. */
  expandParts(text: string): readonly TextPart[];
}

export function createTransactionVariables(): TransactionVariables {
  const values = new Map<string, TxValue>();
  const pinned = new Set<string>();
  return {
    get: (name) => values.get(name.toLowerCase()),
    set(name, value) {
      if (!pinned.has(name.toLowerCase())) values.set(name.toLowerCase(), value);
    },
    pin(name, text) {
      pinned.add(name.toLowerCase());
      values.set(name.toLowerCase(), { kind: 'constant', text });
    },
    unset(name) {
      if (!pinned.has(name.toLowerCase())) values.delete(name.toLowerCase());
    },
    expand(text) {
      const parts = expandParts(text);
      if (parts.some(({ kind }) => kind === 'macro')) return null;
      return parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
    },
    expandParts,
  };

  function expandParts(text: string): readonly TextPart[] {
    const parts: TextPart[] = [];
    for (const part of parseMacros(text)) {
      const known = part.kind === 'macro' ? constantOf(part.collection, part.key) : part.text;
      const last = parts.at(-1);
      if (known === null) parts.push(part);
      else if (last?.kind !== 'text') parts.push({ kind: 'text', text: known });
      else parts.splice(-1, 1, { kind: 'text', text: last.text + known });
    }
    return parts;
  }

  /** A variable that nothing sets is empty; captures (`tx.0` to `tx.9`) are never constant. */
  function constantOf(collection: string, key: string): string | null {
    if (collection !== 'tx' || /^\d$/.test(key)) return null;
    const value = values.get(key);
    if (value === undefined) return '';
    return value.kind === 'constant' ? value.text : null;
  }
}
