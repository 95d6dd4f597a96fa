import {
  KIND_BODY_JSON,
  KIND_FACTS,
  LEAF_IS_CHECKED,
  MAX_NAME_PATTERNS,
  SELECTOR_IS_EXCEPT,
  SELECTOR_IS_FIRST,
  SELECTOR_IS_NAMED,
  SELECTOR_IS_PATTERN,
} from '../config/layout.gen.ts';
import type { Leaf } from '../rules/model.ts';
import { compareBytes, foldBytes, toBytes } from './byte-text.ts';
import type { Report } from './compile-fault.ts';
import type { Selector } from './program-model.ts';
import type { ProgramTables } from './program-tables.ts';
import { cachedRegex } from './regex-cache.ts';
import {
  FOLDED_KINDS,
  NAME_KINDS,
  NAMED_TARGETS,
  PATTERNED_TARGETS,
  PLAIN_TARGETS,
  SINGLE_KINDS,
  SUPPORTED_TARGETS,
} from './supported.ts';

export interface CompiledTargets {
  /** In an order that does not depend on how the leaf is written. */
  readonly selectors: readonly Selector[];
  /** LEAF_IS_CHECKED when a name has to match a pattern, else 0. */
  readonly isChecked: number;
  /** Only the first value of all that the selectors mean is looked at. */
  readonly isFirstOfAll: boolean;
}

/** The selectors of a leaf's `target` and `except`. */
export function compileTargets(
  leaf: Leaf,
  pointer: string,
  tables: ProgramTables,
  report: Report,
): CompiledTargets {
  const selectors: Selector[] = [];
  const add = (written: string, at: string, flags: number) => {
    const pattern = compilePattern(written, flags, at, tables, report);
    const selector = pattern ?? compileTarget(written, flags);
    if (pattern === 'reported') return;
    if (selector !== null && selector !== 'reported') selectors.push(selector);
    else report(unsupported(written, at));
  };
  leaf.target.forEach((written, i) => {
    add(written, `${pointer}/target/${i}`, 0);
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
  const isChecked = selectors.some(({ flags }) => (flags & SELECTOR_IS_PATTERN) !== 0);
  const first = leaf.first === true ? firstValue(selectors) : 'all';
  return {
    selectors: (first === 'of-name' ? selectors.map(firstOfName) : selectors).sort(
      compareSelectors,
    ),
    isChecked: isChecked ? LEAF_IS_CHECKED : 0,
    isFirstOfAll: first === 'of-all',
  };
}

/**
 * The first field of one name has a plan of its own. The first of several targets is found when the
 * leaf is asked for.
 */
function firstValue(selectors: readonly Selector[]): 'all' | 'of-name' | 'of-all' {
  const [only] = selectors;
  if (only === undefined || selectors.length > 1) return 'of-all';
  if (only.flags === SELECTOR_IS_NAMED && !NAME_KINDS.has(only.kind)) return 'of-name';
  return only.flags === 0 && SINGLE_KINDS.has(only.kind) ? 'all' : 'of-all';
}

function firstOfName(selector: Selector): Selector {
  return { ...selector, flags: selector.flags | SELECTOR_IS_FIRST };
}

/** `cookies[/^_ga/]`; null for a target without a pattern. */
function compilePattern(
  written: string,
  flags: number,
  pointer: string,
  tables: ProgramTables,
  report: Report,
): Selector | null | 'reported' {
  const [, family = '', pattern = ''] = /^([a-z.]+)\[\/(.+)\/\]$/su.exec(written) ?? [];
  const kind = PATTERNED_TARGETS.get(family);
  if (kind === undefined) return null;
  const source = toBytes(pattern);
  const ignoreCase = FOLDED_KINDS.has(kind);
  const compiled = cachedRegex(source, { ignoreCase });
  if (!compiled.ok) {
    const { offset, message, hint } = compiled;
    report({
      code: 'WAF_ERR_COMPILE_REGEX_INVALID',
      pointer,
      message: `${message}, at offset ${offset} of the pattern`,
      hint,
    });
    return 'reported';
  }
  const key = JSON.stringify([pattern, ignoreCase, false]);
  const operand = { kind: 'regex', key, source, ignoreCase, regex: compiled.regex } as const;
  if (tables.addNamePattern(kind, source, operand)) {
    return { kind, name: source, flags: flags | SELECTOR_IS_PATTERN };
  }
  report({
    code: 'WAF_ERR_COMPILE_LIMIT_EXCEEDED',
    pointer,
    message: `The rule set has more than ${MAX_NAME_PATTERNS} different patterns of names of ${family}`,
    hint: 'Join patterns with |.',
  });
  return 'reported';
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
