import type { Condition, Leaf } from '../../rules/model.ts';
import type { TuningScope } from '../../rules/tuning/tuning.ts';
import { areDisjointPaths, DOUBTFUL_PATH, pathPattern } from './path-pattern.ts';

/** Paths that share one regular expression. */
const CHUNK = 16;

/** True for every request. */
export function isEverywhere({ path, method }: TuningScope): boolean {
  return path === undefined && method === undefined;
}

/** What tells one scope from another. */
export function scopeKey({ path, method }: TuningScope): string {
  return JSON.stringify([path ?? null, method ?? null]);
}

/** True when no request is in both. */
export function areDisjoint(a: TuningScope, b: TuningScope): boolean {
  if (a.method !== undefined && b.method !== undefined) {
    if (!a.method.some((method) => b.method!.includes(method))) return true;
  }
  if (a.path === undefined || b.path === undefined) return false;
  return a.path.every((one) => b.path!.every((other) => areDisjointPaths(one, other)));
}

/**
 * Holds for requests in one of the scopes, of which none is everywhere. Each leaf says that no value
 * fails to match, so that none has a hit: an explanation shows the attack and never the path.
 */
export function insideAny(scopes: readonly TuningScope[]): Condition {
  const pathsByMethod = new Map<
    string,
    { method: TuningScope['method']; paths: Set<string> | null }
  >();
  for (const { path, method } of scopes) {
    const key = JSON.stringify(method ?? null);
    const known = pathsByMethod.get(key) ?? { method, paths: new Set() };
    if (path === undefined) known.paths = null;
    for (const each of path ?? []) known.paths?.add(each);
    pathsByMethod.set(key, known);
  }
  const conditions = [...pathsByMethod.values()].map(({ method, paths }) => {
    const members = [
      ...(method === undefined ? [] : [silent('method', method.map(quoted))]),
      ...(paths === null ? [] : [onPaths([...paths])]),
    ];
    return allOf(members);
  });
  return anyOf(conditions);
}

export function allOf(members: readonly Condition[]): Condition {
  return members.length === 1 ? members[0]! : { all: members };
}

export function anyOf(members: readonly Condition[]): Condition {
  return members.length === 1 ? members[0]! : { any: members };
}

function onPaths(paths: readonly string[]): Condition {
  const patterns = paths.map(pathPattern);
  const exact = patterns.filter(({ isExact }) => isExact);
  const wide = patterns.filter(({ isExact }) => !isExact);
  return anyOf([
    ...inChunks(exact).map((sources) => silent('path', sources)),
    ...(wide.length === 0
      ? []
      : [allOf([anyOf(inChunks(wide).map((sources) => silent('path', sources))), NOT_DOUBTFUL])]),
  ]);
}

function inChunks(
  patterns: readonly { readonly source: string }[],
): readonly (readonly string[])[] {
  const sources = patterns.map(({ source }) => source);
  const count = Math.ceil(sources.length / CHUNK);
  return Array.from({ length: count }, (_, i) => sources.slice(i * CHUNK, (i + 1) * CHUNK));
}

const NOT_DOUBTFUL: Leaf = {
  target: ['path'],
  op: 'regex',
  value: DOUBTFUL_PATH,
  ignore_case: true,
  quantifier: 'none',
};

function silent(target: string, sources: readonly string[]): Leaf {
  const value = `^(?:${sources.join('|')})$`;
  return { target: [target], op: 'regex', value, negate: true, quantifier: 'none' };
}

function quoted(text: string): string {
  return text.replace(/[^A-Za-z]/g, '\\$&');
}
