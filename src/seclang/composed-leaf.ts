import { type Alternative, targeted } from './alternative.ts';
import { captureShape, runIsOneOf, wordsWithin } from './captures.ts';
import { Gap } from './gap.ts';
import {
  bindCapture,
  type Macro,
  macroTargets,
  operatorOf,
  resolveText,
  testOf,
} from './link-test.ts';
import { linkTransforms } from './link-transforms.ts';
import type { TextPart } from './macros.ts';
import type { Link } from './model.ts';
import type { Producer } from './state-producers.ts';
import type { ValueTest } from './value-test.ts';
import type { WrittenLeaf } from './written-rule.ts';

/** A test of text that an earlier link composed of constants and one value: `|%{tx.1}|`. */
export function composedLeaf(
  link: Link,
  producer: Producer,
  alternative: Alternative,
): WrittenLeaf {
  if (producer.counts) throw new Gap('a rule that counts values of the same name');
  const { before, macro, after } = composition(producer.parts);
  if (macro.collection !== 'tx') return valueWithin(link, macro, before, after, alternative);
  const { captured, previous } = alternative;
  const index = Number(macro.key);
  if (captured === null || captured.leaf !== previous || Number.isNaN(index)) {
    throw new Gap('text composed of a value that is not the one captured just before');
  }
  if (before + after === '') return captureLeaf(index, link, alternative);
  if (isWithin(link, before, after)) return wordLeaf(link, index, before, after, alternative);
  return suffixLeaf(link, index, before, after, alternative);
}

/** A test of TX:0 to TX:9. */
export function captureLeaf(index: number, link: Link, alternative: Alternative): WrittenLeaf {
  const { captured, previous } = alternative;
  const isWhole = captured !== null && captureShape(captured.regex, index).kind === 'whole';
  const asked = testOf(link, alternative);
  if (isWhole && captured.leaf === previous) return onWhole(captured.leaf, asked, alternative);
  return { target: bindCapture(index, alternative), ...asked };
}

/** A regular expression that captures all of any value says nothing itself: its leaf goes. */
function onWhole(source: WrittenLeaf, asked: ValueTest, alternative: Alternative): WrittenLeaf {
  if (source.negate === true || source.as !== undefined) return { on: 'matched', ...asked };
  alternative.members.splice(alternative.members.indexOf(source), 1);
  const { target, except, transforms: own = [], on } = source;
  const transforms = [...own, ...(asked.transforms ?? [])];
  const distinct = transforms.filter((name, index) => name !== transforms[index - 1]);
  return {
    ...(target === undefined ? {} : { target }),
    ...(on === undefined ? {} : { on }),
    ...(except === undefined ? {} : { except }),
    ...asked,
    ...(distinct.length === 0 ? {} : { transforms: distinct }),
  };
}

/** The capture is one of the words for which the text is within the list. */
function wordLeaf(
  link: Link,
  index: number,
  before: string,
  after: string,
  alternative: Alternative,
): WrittenLeaf {
  const { captured, sources } = alternative;
  const words = wordsWithin(resolveText(operatorOf(link).argument, alternative), before, after);
  const { value: _, op: __, ...form } = testOf(link, alternative);
  const asked: ValueTest = { ...form, op: 'in', value: words };
  const shape = captureShape(captured?.regex ?? '', index);
  const transforms = linkTransforms(link, sources.defaults);
  if (shape.kind === 'run' && transforms.every((name) => name === 'lowercase')) {
    const value = runIsOneOf(shape, words, transforms.length > 0);
    if (form.negate === true) return { on: 'matched', op: 'regex', value, negate: true };
    return narrowed(captured?.leaf, value, alternative);
  }
  if (shape.kind === 'whole' && captured !== null)
    return onWhole(captured.leaf, asked, alternative);
  return { target: bindCapture(index, alternative), ...asked };
}

/** The leaf that captures, with a regular expression that asks for more. */
function narrowed(
  source: WrittenLeaf | undefined,
  value: string,
  { members }: Alternative,
): WrittenLeaf {
  if (source === undefined || source.negate === true) throw new Gap('a capture of what is absent');
  members.splice(members.indexOf(source), 1);
  return { ...source, value };
}

/** `.` + capture does not end with `.` + host: the capture is not the host and does not end with it. */
function suffixLeaf(
  link: Link,
  index: number,
  before: string,
  after: string,
  alternative: Alternative,
): WrittenLeaf {
  const { name, negated, argument } = operatorOf(link);
  if (after !== '' || name !== 'endswith' || !negated || !argument.startsWith(before)) {
    throw new Gap(`@${name} on text composed of a capture`);
  }
  const asked = { target: bindCapture(index, alternative), ...testOf(link, alternative) };
  alternative.members.push({
    ...asked,
    op: 'equals',
    value: String(asked.value).slice(before.length),
  });
  return asked;
}

/** `|%{args.charset}|` within a list. */
function valueWithin(
  link: Link,
  macro: Macro,
  before: string,
  after: string,
  alternative: Alternative,
): WrittenLeaf {
  if (!isWithin(link, before, after)) {
    throw new Gap(`this test of text composed of %{${macro.collection}.${macro.key}}`);
  }
  const words = wordsWithin(resolveText(operatorOf(link).argument, alternative), before, after);
  const { negate, ...asked } = testOf(link, alternative);
  const test: ValueTest = { ...asked, op: 'in', value: words };
  const leaf = { ...targeted(macroTargets(macro, alternative), test), first: true };
  // A value that is absent is the empty text, which is not in the list: `none`, not `negate`.
  return negate === true ? { ...leaf, quantifier: 'none' } : leaf;
}

function isWithin(link: Link, before: string, after: string): boolean {
  return operatorOf(link).name === 'within' && before !== '' && after !== '';
}

function composition(parts: readonly TextPart[]): { before: string; macro: Macro; after: string } {
  const at = parts.findIndex(({ kind }) => kind === 'macro');
  const macro = parts[at];
  const after = parts.slice(at + 1);
  if (macro?.kind !== 'macro' || after.some(({ kind }) => kind === 'macro')) {
    throw new Gap('text that is not composed of one value and constants');
  }
  return { before: textOf(parts.slice(0, at)), macro, after: textOf(after) };
}

function textOf(parts: readonly TextPart[]): string {
  return parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
}
