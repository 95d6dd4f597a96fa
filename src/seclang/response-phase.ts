import { Gap } from './gap.ts';
import type { Chain, Link } from './model.ts';
import { skipTarget } from './parse-actions.ts';
import { leavesOf, type WrittenCondition, type WrittenLeaf } from './written-rule.ts';

/** Headers and body of the response; phase 5 only writes logs. */
export function isResponsePhase({ phase }: Chain): boolean {
  return phase === 3 || phase === 4;
}

/** The engine keeps no body of the request until the response comes. */
const OF_REQUEST_BODY = /^(?:body|files|args)\./;

/** Throws Gap for a condition that no response rule can have. */
export function checkResponseRule(when: WrittenCondition): void {
  const names = leavesOf(when).flatMap(targetsOf);
  if (!names.some((name) => name.startsWith('response.'))) {
    throw new Gap('a rule of the response phase that looks at no response');
  }
  const unseen = requestBodyTarget(when);
  if (unseen !== undefined) throw new Gap(`${unseen} when the response has come`);
}

/** The first target of a condition that is gone when the response has come. */
export function requestBodyTarget(when: WrittenCondition): string | undefined {
  return leavesOf(when)
    .flatMap(targetsOf)
    .find((name) => OF_REQUEST_BODY.test(name));
}

function targetsOf({ target }: WrittenLeaf): readonly string[] {
  if (target === undefined) return [];
  return typeof target === 'string' ? [target] : target;
}

/** A rule that passes over others because a body is compressed: here bodies are decompressed first. */
export function isCompressionGate(links: readonly Link[]): boolean {
  const [only] = links;
  const [variable] = only?.variables ?? [];
  return (
    links.length === 1 &&
    skipTarget(only?.actions ?? []) !== null &&
    variable?.name === 'RESPONSE_HEADERS' &&
    variable.selector?.toLowerCase() === 'content-encoding' &&
    only?.operator?.negated === false
  );
}
