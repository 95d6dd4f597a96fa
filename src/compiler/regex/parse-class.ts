import { addByte, addRange, addSet, type ByteSet, complement, emptySet } from './byte-set.ts';
import { ESCAPED_SETS, POSIX_SETS } from './named-sets.ts';
import { parseByteEscape } from './parse-escape.ts';
import type { PatternReader } from './pattern-reader.ts';
import { RegexFault } from './regex-fault.ts';

export interface ByteClass {
  readonly set: ByteSet;
  /** `[^…]`: the complement counts, once case is folded. */
  readonly negated: boolean;
}

/** Reads a class; the cursor is behind its `[`, which stands at `start`. */
export function parseClass(reader: PatternReader, start: number): ByteClass {
  const negated = reader.take('^');
  const set = emptySet();
  let quoted = false;
  for (let first = true; ; first = false) {
    if (reader.done) {
      throw new RegexFault(start, 'the class has no closing ]', 'close it, or escape the [ as \\[');
    }
    if (!quoted && reader.peek() === ']' && !first) break;
    if (reader.take(quoted ? '\\E' : '\\Q')) {
      quoted = !quoted;
      first = false;
    } else if (quoted) addByte(set, reader.next().charCodeAt(0));
    else if (!reader.take('\\E')) parseMember(reader, set);
  }
  reader.at += 1;
  return { set, negated };
}

/** One byte, range or named set. */
function parseMember(reader: PatternReader, set: ByteSet): void {
  const start = reader.at;
  const first = parseAtom(reader);
  if (typeof first !== 'number') {
    addSet(set, first);
    return;
  }
  const dash = reader.at;
  if (
    reader.peek() !== '-' ||
    reader.source.charAt(dash + 1) === ']' ||
    dash + 1 >= reader.source.length
  ) {
    addByte(set, first);
    return;
  }
  reader.at += 1;
  const last = parseAtom(reader);
  if (typeof last !== 'number') {
    // As PCRE reads it: a hyphen before a set is a hyphen.
    addByte(set, first);
    addByte(set, 0x2d);
    addSet(set, last);
  } else if (last < first) {
    const text = reader.source.slice(start, reader.at);
    throw new RegexFault(start, `the range ${text} is out of order`, 'write the lower end first');
  } else addRange(set, first, last);
}

function parseAtom(reader: PatternReader): number | ByteSet {
  const start = reader.at;
  const posix = reader.takeMatch(/\[([:.=])(\^?)((?:(?!\1\]|\])[\s\S])*)\1\]/y);
  if (posix !== null) return posixSet(posix, start);
  if (!reader.take('\\')) return reader.next().charCodeAt(0);
  const letter = reader.peek();
  if (letter === 'b') {
    reader.at += 1;
    return 0x08;
  }
  const named = letter === 'N' ? undefined : ESCAPED_SETS.get(letter);
  if (named === undefined) return parseByteEscape(reader, start);
  reader.at += 1;
  return named;
}

function posixSet(match: RegExpExecArray, start: number): ByteSet {
  const named = match[1] === ':' ? POSIX_SETS.get(match[3]!) : undefined;
  if (named === undefined) {
    const names = [...POSIX_SETS.keys()].join(', ');
    throw new RegexFault(start, `there is no class ${match[0]}`, `the names are ${names}`);
  }
  return match[2] === '^' ? complement(named) : named;
}
