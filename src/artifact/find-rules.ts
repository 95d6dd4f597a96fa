import type { Pieces } from './pieces.ts';

/** Where the rule table stands in the text of a manifest: offsets of bytes. */
export interface RuleSpan {
  /** The opening bracket. */
  readonly start: number;
  /** The closing bracket. */
  readonly end: number;
  /** Commas between rules, some kilobytes from one to the next. */
  readonly cuts: readonly number[];
}

/** Bytes that are looked at between two yields. */
const PIECE_BYTES = 4096;
/** Bytes of text that go to one call of JSON.parse. */
const CUT_BYTES = 8192;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN = [0x5b, 0x7b] as const;
const CLOSE = [0x5d, 0x7d] as const;
const RULES = Buffer.from('rules');

/**
 * Finds the array at the key `rules` of the outermost object, and places where it can be taken apart.
 * Null when there is not exactly one that is plain to see; then the text has to be parsed as a whole.
 * The text need not be JSON: whoever parses the parts will notice.
 */
export function* findRules(json: Uint8Array): Pieces<RuleSpan | null> {
  const scan = new RuleScan(json);
  while (scan.goOn(PIECE_BYTES)) yield;
  return scan.found();
}

class RuleScan {
  readonly #json: Uint8Array;
  readonly #cuts: number[] = [];
  #at = 0;
  #depth = 0;
  #isInString = false;
  /** Of the last text at depth 1: its first byte and the byte behind it. */
  #textStart = 0;
  #textEnd = 0;
  #isRulesKey = false;
  #keys = 0;
  #start = -1;
  #end = -1;
  #lastCut = 0;
  #isPlain = true;

  constructor(json: Uint8Array) {
    this.#json = json;
  }

  /** False when the text is over. */
  goOn(bytes: number): boolean {
    const { length } = this.#json;
    const end = Math.min(length, this.#at + bytes);
    while (this.#at < end) {
      if (this.#isInString) this.#skipText(end);
      else this.#take(this.#json[this.#at]!);
      this.#at++;
    }
    return this.#at < length;
  }

  found(): RuleSpan | null {
    if (!this.#isPlain || this.#keys !== 1 || this.#end < 0) return null;
    return { start: this.#start, end: this.#end, cuts: this.#cuts };
  }

  /** Stops at the closing quote, or at `end` or just behind it. */
  #skipText(end: number): void {
    let at = this.#at;
    for (; at < end; at++) {
      const byte = this.#json[at];
      if (byte === QUOTE) {
        this.#isInString = false;
        this.#textEnd = this.#depth === 1 ? at : this.#textEnd;
        break;
      }
      if (byte === BACKSLASH) {
        at++;
        if (this.#depth === 1) this.#isPlain = false;
      }
    }
    this.#at = at < end ? at : at - 1;
  }

  #take(byte: number): void {
    if (byte === QUOTE) this.#openText();
    else if (byte === OPEN[0] || byte === OPEN[1]) this.#open(byte);
    else if (byte === CLOSE[0] || byte === CLOSE[1]) this.#close();
    else if (byte === COMMA) this.#comma();
    else if (byte === COLON && this.#depth === 1) this.#key();
  }

  #openText(): void {
    this.#isInString = true;
    if (this.#depth === 1) this.#textStart = this.#at + 1;
  }

  #key(): void {
    const text = this.#json.subarray(this.#textStart, this.#textEnd);
    this.#isRulesKey = RULES.equals(text);
    if (this.#isRulesKey) this.#keys++;
  }

  #open(byte: number): void {
    if (this.#depth === 1 && this.#isRulesKey && byte === OPEN[0]) {
      this.#start = this.#at;
      this.#lastCut = this.#at;
    }
    this.#depth++;
  }

  #close(): void {
    this.#depth--;
    if (this.#depth === 1 && this.#isRulesKey && this.#start >= 0) this.#end = this.#at;
  }

  #comma(): void {
    if (this.#depth === 1) this.#isRulesKey = false;
    else if (this.#depth === 2 && this.#isRulesKey && this.#at - this.#lastCut >= CUT_BYTES) {
      this.#cuts.push(this.#at);
      this.#lastCut = this.#at;
    }
  }
}
