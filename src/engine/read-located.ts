import { isUtf8 } from 'node:buffer';
import {
  HEADER_SIZE,
  LOCATED_CHAIN_AT,
  LOCATED_LENGTH_AT,
  LOCATED_OFFSET_AT,
  LOCATED_VALUE_AT_AT,
  LOCATED_VALUE_LEN_AT,
  PROGRAM_BASE,
  SECTION_CHAIN_STEPS,
  SECTION_CHAINS,
  SECTION_OFFSET_AT,
  SECTION_SIZE,
  TRANSFORM_NAMES,
} from '../config/layout.gen.ts';
import type { Excerpt, Match } from './verdict.ts';

/** Bytes of the match, and of the value on either side of it, that an excerpt shows at most. */
export const EXCERPT_MATCH_BYTES = 64;
const EXCERPT_CONTEXT_BYTES = 16;

/** Reads what `locate_match` answered; it is valid until the engine is called again. */
export function readLocated(
  view: DataView,
  at: number,
): Pick<Match, 'offset' | 'length' | 'transforms' | 'excerpt'> {
  const read = (field: number) => view.getUint32(at + field, true);
  const [offset, length] = [read(LOCATED_OFFSET_AT), read(LOCATED_LENGTH_AT)];
  const value = Buffer.from(view.buffer, read(LOCATED_VALUE_AT_AT), read(LOCATED_VALUE_LEN_AT));
  return {
    offset,
    length,
    transforms: transformsOf(view, read(LOCATED_CHAIN_AT)),
    excerpt: excerptOf(value, offset, length),
  };
}

function transformsOf(view: DataView, chain: number): string[] {
  const chains = section(view, SECTION_CHAINS);
  const start = view.getUint32(chains + chain * 4, true);
  const end = view.getUint32(chains + chain * 4 + 4, true);
  const steps = section(view, SECTION_CHAIN_STEPS);
  return Array.from(
    { length: end - start },
    (_, i) => TRANSFORM_NAMES.get(view.getUint8(steps + start + i)) ?? '',
  );
}

function section(view: DataView, index: number): number {
  const entry = PROGRAM_BASE + HEADER_SIZE + index * SECTION_SIZE;
  return PROGRAM_BASE + view.getUint32(entry + SECTION_OFFSET_AT, true);
}

function excerptOf(value: Buffer, offset: number, length: number): Excerpt {
  const end = offset + Math.min(length, EXCERPT_MATCH_BYTES);
  const from = characterStart(value, Math.max(0, offset - EXCERPT_CONTEXT_BYTES));
  // Behind a match that is cut there is more of the match, no context.
  const context = length > EXCERPT_MATCH_BYTES ? 0 : EXCERPT_CONTEXT_BYTES;
  const to = characterStart(value, Math.min(value.length, end + context));
  return {
    before: textOf(value.subarray(Math.min(from, offset), offset)),
    matched: textOf(value.subarray(offset, end)),
    after: textOf(value.subarray(end, Math.max(end, to))),
  };
}

/** The first offset from there on, within three bytes, that is not inside a UTF-8 character. */
function characterStart(value: Buffer, offset: number): number {
  let at = offset;
  while (at < value.length && at < offset + 3 && (value[at]! & 0xc0) === 0x80) at++;
  return at;
}

/** Bytes that are no UTF-8 are shown one per character. */
function textOf(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}
