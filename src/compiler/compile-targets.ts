import {
  KIND_BODY_JSON,
  KIND_FACTS,
  SELECTOR_IS_EXCEPT,
  SELECTOR_IS_FIRST,
  SELECTOR_IS_NAMED,
} from '../config/layout.gen.ts';
import type { Leaf } from '../rules/model.ts';
import { compareBytes, foldBytes, toBytes } from './byte-text.ts';
import type { Report } from './compile-fault.ts';
import type { Selector } from './program-model.ts';
import { FOLDED_KINDS, NAMED_TARGETS, PLAIN_TARGETS, SUPPORTED_TARGETS } from './supported.ts';

/** The selectors of a leaf's `target` and `except`, in an order that does not depend on how it is written. */
export function compileTargets(leaf: Leaf, pointer: string, report: Report): readonly Selector[] {
  const selectors: Selector[] = [];
  const add = (written: string, at: string, flags: number) => {
    const selector = compileTarget(written, flags);
    if (selector !== null) selectors.push(selector);
    else report(unsupported(written, at));
  };
  const first = leaf.first === true ? SELECTOR_IS_FIRST : 0;
  leaf.target.forEach((written, i) => {
    add(written, `${pointer}/target/${i}`, first);
  });
  leaf.except?.forEach((written, i) => {
    add(written, `${pointer}/except/${i}`, SELECTOR_IS_EXCEPT);
  });
  if (leaf.target.length === 0) {
    report({
      code: 'WAF_ERR_COMPILE_VALUE_INVALID',
      pointer: `${pointer}/target`,
      message: 'The condition names no target',
      hint: `Name at least one of ${SUPPORTED_TARGETS.join(', ')}.`,
    });
  }
  return selectors.sort(compareSelectors);
}

function compileTarget(written: string, flags: number): Selector | null {
  const plain = PLAIN_TARGETS.get(written);
  if (plain !== undefined) return { kind: plain, name: '', flags: flags & SELECTOR_IS_EXCEPT };
  const [kind, member] = memberOf(written);
  if (kind === undefined) return null;
  const name = toBytes(member);
  return {
    kind,
    name: FOLDED_KINDS.has(kind) ? foldBytes(name) : name,
    flags: flags | SELECTOR_IS_NAMED,
  };
}

/** Which member of which kind: a JSON Pointer, a fact under its whole name, or a name in brackets. */
function memberOf(written: string): [kind: number | undefined, name: string] {
  if (written.startsWith('body.json./'))
    return [KIND_BODY_JSON, written.slice('body.json.'.length)];
  if (/^(?:tls\.(?:version|cipher|sni|ja3|ja4)|ctx\..+)$/su.test(written)) {
    return [KIND_FACTS, written];
  }
  const [, family = '', member = ''] = /^([a-z.]+)\[(.+)\]$/su.exec(written) ?? [];
  return [NAMED_TARGETS.get(family), member];
}

/** Exceptions last, so that the engine meets what includes a value before what takes it out. */
function compareSelectors(a: Selector, b: Selector): number {
  return (
    (a.flags & SELECTOR_IS_EXCEPT) - (b.flags & SELECTOR_IS_EXCEPT) ||
    a.kind - b.kind ||
    a.flags - b.flags ||
    compareBytes(a.name, b.name)
  );
}

function unsupported(written: string, pointer: string) {
  return {
    code: 'WAF_ERR_COMPILE_TARGET_UNSUPPORTED',
    pointer,
    message: `The engine does not serve the target ${JSON.stringify(written)}`,
    hint: `Use ${SUPPORTED_TARGETS.join(', ')}.`,
  } as const;
}
