import type { Fault } from './fault.ts';
import { pointerStep, pointerSteps } from './json-pointer.ts';
import { scanToken, type Token } from './json-scanner.ts';

/** Where a value stands in the text; the shape follows the value. */
interface Place {
  readonly start: number;
  readonly keys?: ReadonlyMap<string, { readonly start: number; readonly value: Place }>;
  readonly items?: readonly Place[];
}

/** 1-based; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A strict JSON text (RFC 8259: no comments, no trailing commas) that remembers where everything stands. */
export interface JsonText {
  readonly value: unknown;
  /** Position of the value (or key) at `pointer`, or of the nearest value around it. */
  locate(pointer: string, at?: 'key'): Position;
  /** The longest part of `pointer` that exists in this text. */
  existing(pointer: string): string;
}

/** Deeper than any document of the rule language; keeps the reader's recursion bounded. */
const MAX_DEPTH = 48;

/**
 * Reads strict JSON. A syntax error is one fault, because what follows it means nothing; duplicate keys
 * are one fault each, and the first value stands.
 */
export function readJson(text: string): { json: JsonText | null; faults: PositionedFault[] } {
  const reader = new Reader(text.startsWith('\uFEFF') ? text.slice(1) : text);
  try {
    const { value, place } = reader.document();
    return { json: jsonText(reader.text, value, place), faults: reader.faults };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { json: null, faults: [...reader.faults, error.fault] };
  }
}

/** A fault found while reading: the pointer may name a value that was never completed. */
export type PositionedFault = Fault & Position;

class Unreadable extends Error {
  readonly fault: PositionedFault;

  constructor(fault: PositionedFault) {
    super(fault.message);
    this.fault = fault;
  }
}

class Reader {
  readonly text: string;
  readonly faults: PositionedFault[] = [];
  private token: Token;

  constructor(text: string) {
    this.text = text;
    this.token = scanToken(text, 0);
  }

  document(): { value: unknown; place: Place } {
    const read = this.read('', 0);
    if (!this.at('end')) this.fail('', 'the end of the text');
    return read;
  }

  private read(pointer: string, depth: number): { value: unknown; place: Place } {
    const { kind, start, value } = this.token;
    if (depth > MAX_DEPTH) throw this.tooDeep(pointer);
    if (kind === '{') return this.readObject(pointer, depth);
    if (kind === '[') return this.readArray(pointer, depth);
    if (kind !== 'string' && kind !== 'number' && kind !== 'literal') this.fail(pointer, 'a value');
    this.advance();
    return { value, place: { start } };
  }

  private readObject(pointer: string, depth: number): { value: unknown; place: Place } {
    const start = this.token.start;
    const value: Record<string, unknown> = {};
    const keys = new Map<string, { start: number; value: Place }>();
    this.advance();
    while (!this.at('}') || keys.size > 0) {
      if (!this.at('string')) {
        this.fail(pointer, keys.size === 0 ? 'a key or "}"' : 'a key in double quotes');
      }
      const key = this.token.value as string;
      const keyStart = this.token.start;
      this.advance();
      this.take(':', pointer, `":" after the key ${JSON.stringify(key)}`);
      const member = this.read(pointer + pointerStep(key), depth + 1);
      if (keys.has(key)) {
        this.faults.push(this.duplicate(pointer, key, keyStart));
      } else {
        keys.set(key, { start: keyStart, value: member.place });
        define(value, key, member.value);
      }
      if (this.at('}')) break;
      this.take(',', pointer, '"," or "}"');
    }
    this.advance();
    return { value, place: { start, keys } };
  }

  private readArray(pointer: string, depth: number): { value: unknown; place: Place } {
    const start = this.token.start;
    const value: unknown[] = [];
    const items: Place[] = [];
    this.advance();
    while (!this.at(']') || items.length > 0) {
      const item = this.read(`${pointer}/${items.length}`, depth + 1);
      value.push(item.value);
      items.push(item.place);
      if (this.at(']')) break;
      this.take(',', pointer, '"," or "]"');
    }
    this.advance();
    return { value, place: { start, items } };
  }

  private take(kind: Token['kind'], pointer: string, expected: string): void {
    if (!this.at(kind)) this.fail(pointer, expected);
    this.advance();
  }

  private at(kind: Token['kind']): boolean {
    return this.token.kind === kind;
  }

  private advance(): void {
    this.token = scanToken(this.text, this.token.end);
  }

  private fail(pointer: string, expected: string): never {
    const found = describe(this.token);
    throw new Unreadable({
      code: 'WAF_ERR_RULE_JSON_SYNTAX',
      pointer,
      ...positionAt(lineStarts(this.text), this.token.start),
      message: `expected ${expected}, found ${found}`,
      hint: 'Correct the JSON. Keys and strings stand in double quotes; there are no comments and no trailing commas.',
    });
  }

  private tooDeep(pointer: string): Unreadable {
    return new Unreadable({
      code: 'WAF_ERR_RULE_JSON_TOO_DEEP',
      pointer,
      ...positionAt(lineStarts(this.text), this.token.start),
      message: `nested deeper than ${MAX_DEPTH} levels`,
      hint: 'No rule needs that; flatten the document.',
    });
  }

  private duplicate(pointer: string, key: string, start: number): PositionedFault {
    return {
      code: 'WAF_ERR_RULE_JSON_DUPLICATE_KEY',
      pointer: pointer + pointerStep(key),
      ...positionAt(lineStarts(this.text), start),
      message: `the key ${JSON.stringify(key)} stands twice in this object`,
      hint: 'Remove one of them.',
    };
  }
}

function jsonText(text: string, value: unknown, root: Place): JsonText {
  let lines: number[] | undefined;
  return {
    value,
    locate(pointer, at) {
      const { key, place } = find(root, pointer);
      lines ??= lineStarts(text);
      return positionAt(lines, at === 'key' && key !== null ? key : place.start);
    },
    existing: (pointer) => find(root, pointer).pointer,
  };
}

function find(root: Place, pointer: string): { place: Place; key: number | null; pointer: string } {
  let place = root;
  let key: number | null = null;
  let reached = '';
  for (const step of pointerSteps(pointer)) {
    const member = place.keys?.get(step);
    const next = member?.value ?? place.items?.[Number(step)];
    if (next === undefined) break;
    key = member?.start ?? null;
    place = next;
    reached += pointerStep(step);
  }
  return { place, key, pointer: reached };
}

/** `__proto__` from a text must become an ordinary key, which is then refused as unknown. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true });
}

function describe(token: Token): string {
  if (token.kind === 'end') return 'the end of the text';
  if (token.kind === 'bad') return String(token.value);
  if (token.kind === 'string') return `the string ${JSON.stringify(token.value).slice(0, 60)}`;
  if (token.kind === 'number' || token.kind === 'literal') return String(token.value);
  return `"${token.kind}"`;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function positionAt(starts: readonly number[], offset: number): Position {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - starts[low]! + 1 };
}
