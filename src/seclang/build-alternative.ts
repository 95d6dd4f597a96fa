import { type Alternative, targeted } from './alternative.ts';
import { captureLeaf, composedLeaf } from './composed-leaf.ts';
import type { Group } from './link-groups.ts';
import { operatorOf, resolveText, testOf } from './link-test.ts';
import type { Link } from './model.ts';
import { hasAction } from './parse-actions.ts';
import type { LineTest } from './part-header-lines.ts';
import { countLeaf, IS_MULTIPART, processorLeaf } from './special-leaves.ts';
import type { ValueTest } from './value-test.ts';
import { negated, type WrittenLeaf } from './written-rule.ts';

/** Adds what a link asks of one group of its variables. Throws Gap when the language cannot say it. */
export function addLink(link: Link, group: Group, alternative: Alternative): void {
  const leaf = toLeaf(link, group, alternative);
  alternative.members.push(leaf);
  alternative.previous = leaf;
  if (hasAction(link.actions, 'capture') && leaf.op === 'regex') {
    alternative.captured = { leaf, regex: String(leaf.value) };
  }
}

function toLeaf(link: Link, group: Group, alternative: Alternative): WrittenLeaf {
  switch (group.kind) {
    case 'values': {
      const { target, except, unless, isDecoded = false } = group;
      if (unless !== undefined) alternative.guards.push(negated(unless));
      const asked = withPointerNames(target, testOf(link, alternative));
      return targeted(target, isDecoded ? decodedFirst(asked) : asked, except);
    }
    case 'count': {
      if (group.isPart) alternative.guards.push(IS_MULTIPART);
      const operator = operatorOf(link);
      return countLeaf(group.target, operator, resolveText(operator.argument, alternative));
    }
    case 'matched':
      return { on: 'matched', ...testOf(link, alternative) };
    case 'capture':
      return captureLeaf(group.index, link, alternative);
    case 'state':
      return composedLeaf(link, group.producer, alternative);
    case 'processor':
      return processorLeaf(operatorOf(link));
    case 'body-length':
      return targeted(['body.raw'], testOf(link, alternative, ['length']));
    case 'part-line':
      return partLineLeaf(group.test, testOf(link, alternative));
  }
}

function decodedFirst(asked: ValueTest): ValueTest {
  return { ...asked, transforms: ['url_decode', ...(asked.transforms ?? [])] };
}

const PARTS = 'body.parts.headers';

function partLineLeaf(line: LineTest, asked: ValueTest): WrittenLeaf {
  const test = { ...asked, value: line.regex };
  if (line.kind === 'member') return targeted([`${PARTS}[${line.name}]`], test);
  return targeted([line.kind === 'names' ? `${PARTS}.names` : `${PARTS}.*`], test);
}

/** SecLang names the members of a JSON body `json.a`; here they are pointers, `/a`. */
function withPointerNames(target: readonly string[], test: ValueTest): ValueTest {
  const prefix = '^(?:json\\.)?';
  const { op, value } = test;
  const isOnPath = target.some((name) => name === 'path' || name === 'uri');
  if (op !== 'regex' || isOnPath || !target.includes('body.json.names')) return test;
  return { ...test, value: String(value).replaceAll(prefix, '^(?:json\\.|/)?') };
}
