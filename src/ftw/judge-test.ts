import type { FtwExpectation, FtwTest } from './ftw-test.ts';

/** What happened when a test was sent. */
export interface Observed {
  /** Of the answer to the client; null: none came. */
  readonly status: number | null;
  /** Why the node answered itself before any rule looked at the request; null when it did not. */
  readonly refusal: string | null;
  readonly ids: ReadonlySet<number>;
  readonly logLines: readonly string[];
}

export interface FtwVerdict {
  readonly pass: boolean;
  /** Why it failed; of a test that passed, only when an override was needed. */
  readonly reason: string;
}

/**
 * A test passes when all that it expects holds. What the server makes of a request before any rule sees it
 * differs between servers, and the suite says so in overrides. They count only there: when the test
 * names a status, or when the node refused the request itself.
 */
export function judgeTest({ expected, overrides }: FtwTest, observed: Observed): FtwVerdict {
  const fault = faultOf(expected, observed);
  if (fault === null) return { pass: true, reason: '' };
  for (const [engine, override] of overrides) {
    const isOfServer =
      expected.status !== null || (observed.refusal !== null && isRefusal(override.status));
    if (isOfServer && holdsFor(override, observed)) {
      return { pass: true, reason: `as ${engine} does: ${fault}` };
    }
  }
  return { pass: false, reason: fault };
}

/** A server that refuses may have another reason, and so another status. */
function holdsFor(override: FtwExpectation, observed: Observed): boolean {
  const refuses = observed.refusal !== null && isRefusal(override.status);
  if (refuses && !isRefusal(observed.status)) return false;
  return faultOf(refuses ? { ...override, status: null } : override, observed) === null;
}

function isRefusal(status: number | null): boolean {
  return status !== null && status >= 400 && status <= 499;
}

/** null when everything holds. */
function faultOf(expected: FtwExpectation, observed: Observed): string | null {
  const { status, refusal, ids, logLines } = observed;
  if (expected.expectError) {
    return status === null || status === 400 ? null : `an error was expected, got ${status}`;
  }
  if (expected.status !== null && expected.status !== status) {
    return `status ${expected.status} was expected, got ${status ?? 'no answer'}${because(refusal)}`;
  }
  const missing = expected.expectIds.filter((id) => !ids.has(id));
  if (missing.length > 0) return `did not match: ${missing.join(', ')}${because(refusal)}`;
  const unwanted = expected.noExpectIds.filter((id) => ids.has(id));
  if (unwanted.length > 0) return `matched: ${unwanted.join(', ')}`;
  const has = (regex: string) => logLines.some((line) => new RegExp(regex).test(line));
  if (expected.matchRegex !== null && !has(expected.matchRegex)) {
    return `no log line matches ${expected.matchRegex}${because(refusal)}`;
  }
  if (expected.noMatchRegex !== null && has(expected.noMatchRegex)) {
    return `a log line matches ${expected.noMatchRegex}`;
  }
  return null;
}

function because(refusal: string | null): string {
  return refusal === null ? '' : `; refused by the node: ${refusal}`;
}
