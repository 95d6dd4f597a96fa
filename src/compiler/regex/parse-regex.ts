import type { ByteText } from '../byte-text.ts';
import {
  addByte,
  type ByteSet,
  beforeLowercase,
  complement,
  emptySet,
  foldCase,
  union,
} from './byte-set.ts';
import { ANY, ESCAPED_SETS, NOT_LINE_FEED } from './named-sets.ts';
import { parseClass } from './parse-class.ts';
import { parseByteEscape } from './parse-escape.ts';
import { type Flags, type GroupOpening, parseGroupOpening } from './parse-group.ts';
import { parseQuantifier } from './parse-quantifier.ts';
import { PatternReader } from './pattern-reader.ts';
import { RegexFault } from './regex-fault.ts';
import { type Assertion, concat, EMPTY, type Node, repeat } from './syntax-tree.ts';

export interface RegexOptions {
  readonly ignoreCase: boolean;
  /**
   * The value has been lower-cased, but is looked at before that: every set becomes the bytes whose
   * lower case it holds.
   */
  readonly lowercased?: boolean;
}

export interface ParsedRegex {
  readonly tree: Node;
  readonly captureCount: number;
}

/** Groups may be nested this deep, as in PCRE. */
const MAX_DEPTH = 250;

const ASSERTIONS: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'text-start'],
  ['z', 'text-end'],
  ['Z', 'text-end'],
  ['b', 'word'],
  ['B', 'not-word'],
]);

/** The tree of an expression. Throws a `RegexFault` for what is malformed or not supported. */
export function parseRegex(source: ByteText, options: RegexOptions): ParsedRegex {
  return new Parser(source, options).parse();
}

class Parser {
  readonly #reader: PatternReader;
  readonly #lowercased: boolean;
  readonly #bytes: (Node | undefined)[] = [];
  #flags: Flags;
  #captureCount = 0;
  #depth = 0;
  #quoted = false;

  constructor(source: ByteText, options: RegexOptions) {
    this.#reader = new PatternReader(source);
    this.#lowercased = options.lowercased === true;
    this.#flags = { ignoreCase: options.ignoreCase, dotAll: true, multiLine: false };
  }

  parse(): ParsedRegex {
    const tree = this.#parseAlternatives();
    if (!this.#reader.done) {
      throw new RegexFault(this.#reader.at, 'there is no ( for this )', 'escape it as \\)');
    }
    return { tree, captureCount: this.#captureCount };
  }

  #parseAlternatives(): Node {
    const items: Node[] = [];
    do items.push(this.#parseSequence());
    while (this.#reader.take('|'));
    return alternatives(items);
  }

  #parseSequence(): Node {
    const reader = this.#reader;
    const items: Node[] = [];
    while (!reader.done) {
      if (!this.#quoted && (reader.peek() === '|' || reader.peek() === ')')) break;
      const start = reader.at;
      const item = this.#parseAtom(start);
      if (item !== null) items.push(this.#parseQuantifiers(item));
    }
    return concat(items);
  }

  /** One atom; null for what stands for nothing that could be repeated. */
  #parseAtom(start: number): Node | null {
    const reader = this.#reader;
    if (reader.take(this.#quoted ? '\\E' : '\\Q')) {
      this.#quoted = !this.#quoted;
      return null;
    }
    if (this.#quoted) return this.#byte(reader.next().charCodeAt(0));
    if (parseQuantifier(reader) !== null) {
      throw new RegexFault(start, 'the quantifier has nothing to repeat', 'escape it with \\');
    }
    const char = reader.next();
    switch (char) {
      case '(':
        return this.#parseGroup(start);
      case '[':
        return this.#class(start);
      case '.':
        return this.#set(this.#flags.dotAll ? ANY : NOT_LINE_FEED);
      case '^':
        return assert(this.#flags.multiLine ? 'line-start' : 'text-start');
      case '$':
        return assert(this.#flags.multiLine ? 'line-end' : 'text-end');
      case '\\':
        return this.#parseEscape(start);
      default:
        return this.#byte(this.#byteCode(char, start));
    }
  }

  #parseQuantifiers(item: Node): Node {
    // The quantifier behind a quoted text repeats its last byte.
    if (this.#quoted && this.#reader.take('\\E')) this.#quoted = false;
    let node = item;
    for (let stacked = 0; ; stacked++) {
      const start = this.#reader.at;
      const quantifier = this.#quoted ? null : parseQuantifier(this.#reader);
      if (quantifier === null) return node;
      if (stacked === MAX_DEPTH) {
        throw new RegexFault(
          start,
          `more than ${MAX_DEPTH} quantifiers are stacked`,
          'write one quantifier',
        );
      }
      node = repeat(node, quantifier);
    }
  }

  #parseEscape(start: number): Node | null {
    const reader = this.#reader;
    if (reader.take('E')) return null;
    const letter = reader.peek();
    const assertion = ASSERTIONS.get(letter);
    const set = ESCAPED_SETS.get(letter);
    if (assertion !== undefined || set !== undefined) reader.at += 1;
    if (assertion !== undefined) return assert(assertion);
    if (set !== undefined) return this.#set(set);
    const octal = reader.takeMatch(/[1-3][0-7]{2}/y);
    if (octal !== null) return this.#byte(Number.parseInt(octal[0], 8));
    if (letter >= '1' && letter <= '9') {
      throw new RegexFault(
        start,
        `the back-reference \\${letter} is not supported`,
        'references to a group have no linear-time matcher: compare the texts in a second condition',
      );
    }
    return this.#byte(parseByteEscape(reader, start));
  }

  #parseGroup(start: number): Node | null {
    const opening = parseGroupOpening(this.#reader, start, this.#flags);
    if (opening.kind === 'comment') return null;
    if (opening.kind === 'flags') {
      this.#flags = opening.flags;
      return null;
    }
    return this.#parseGroupBody(start, opening);
  }

  #parseGroupBody(start: number, opening: GroupOpening & { kind: 'group' }): Node {
    const outer = this.#flags;
    const index = opening.captures ? ++this.#captureCount : 0;
    if (++this.#depth > MAX_DEPTH) {
      throw new RegexFault(
        start,
        `groups are nested deeper than ${MAX_DEPTH}`,
        'nest fewer groups',
      );
    }
    this.#flags = opening.flags;
    const item = this.#parseAlternatives();
    if (!this.#reader.take(')')) {
      throw new RegexFault(start, 'the group has no closing )', 'close it, or escape the ( as \\(');
    }
    this.#flags = outer;
    this.#depth -= 1;
    return index === 0 ? item : { kind: 'capture', index, item };
  }

  #class(start: number): Node {
    const { set, negated } = parseClass(this.#reader, start);
    const folded = this.#flags.ignoreCase ? foldCase(set) : set;
    return this.#finished(negated ? complement(folded) : folded);
  }

  #set(set: ByteSet): Node {
    return this.#finished(this.#flags.ignoreCase ? foldCase(set) : set);
  }

  #byte(byte: number): Node {
    const key = this.#flags.ignoreCase ? byte + 0x100 : byte;
    let node = this.#bytes[key];
    if (node === undefined) {
      const set = emptySet();
      addByte(set, byte);
      node = this.#set(set);
      this.#bytes[key] = node;
    }
    return node;
  }

  #finished(set: ByteSet): Node {
    return { kind: 'set', set: this.#lowercased ? beforeLowercase(set) : set };
  }

  #byteCode(char: string, start: number): number {
    const code = char.charCodeAt(0);
    if (code <= 0xff) return code;
    throw new RegexFault(start, 'there is no byte above 0xFF', 'give the expression as bytes');
  }
}

function assert(assertion: Assertion): Node {
  return { kind: 'assertion', assertion };
}

/** Any of `items`; neighbours that are single sets become one set. */
function alternatives(items: readonly Node[]): Node {
  const merged: Node[] = [];
  for (const item of items) {
    const last = merged.at(-1);
    if (item.kind === 'set' && last?.kind === 'set') {
      merged[merged.length - 1] = { kind: 'set', set: union(last.set, item.set) };
    } else if (item.kind !== 'empty' || last?.kind !== 'empty') merged.push(item);
  }
  if (merged.length === 0) return EMPTY;
  return merged.length === 1 ? merged[0]! : { kind: 'alternatives', items: merged };
}
