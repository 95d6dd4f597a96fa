import { LIMITS } from '../config/limits.ts';
import { invalidModule } from './artifact-error.ts';
import type { Manifest, ManifestRule } from './manifest.ts';

/**
 * Manifest checks by hand: a node runs them before it trusts anything else in a file, and
 * `schemas/manifest.json` says the same for everybody else (a test compares the two).
 * Unknown keys are refused: what is not understood must not be signed for.
 */
type Check = (value: unknown, pointer: string) => unknown;

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const REVISION = /^v(0|[1-9][0-9]{0,15})$/;
const SEMVER =
  /^[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}(-[0-9A-Za-z.-]{1,64})?(\+[0-9A-Za-z.-]{1,64})?$/;
const UTC_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const SOME_TEXT = /[\s\S]/;
const ANY_TEXT = /(?:)/;
const MAX_TEXT = LIMITS.rule.max_text_length;

const count = integer(0, Number.MAX_SAFE_INTEGER);
const time = text(UTC_TIME);
const id = text(SOME_TEXT, LIMITS.rule.max_id_length);

const names = listOf(text(SOME_TEXT, MAX_TEXT), LIMITS.rule.max_rules);
const selection = object({}, { tags: names, ids: names });

const ACTIONS: ReadonlyMap<string, Check> = new Map([
  ['block', object({ status: integer(200, 599) })],
  ['allow', object({}, { skip: (value, pointer) => value === 'all' || selection(value, pointer) })],
  ['log', object({})],
  [
    'ratelimit',
    object({
      key: text(SOME_TEXT, MAX_TEXT),
      limit: integer(1, 1_000_000_000),
      window_s: integer(1, LIMITS.rule.max_ttl_seconds),
      over: oneOf('block', 'log'),
    }),
  ],
  ['score', object({})],
]);

const action: Check = (value, pointer) => {
  const [entry, ...others] = Object.entries(record(value, pointer));
  const check = entry && ACTIONS.get(entry[0]);
  if (entry === undefined || check === undefined || others.length > 0) {
    throw refused(pointer, 'must name exactly one known action');
  }
  check(entry[1], `${pointer}/${entry[0]}`);
};

const rule = object(
  { id, mode: oneOf('enforce', 'shadow'), action, pattern: text(ANY_TEXT, 200) },
  {
    severity: oneOf('critical', 'error', 'warning', 'notice'),
    tags: listOf(text(ANY_TEXT, MAX_TEXT), LIMITS.rule.max_tags),
    title: text(ANY_TEXT, MAX_TEXT),
    priority: integer(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    created_at: time,
    expires_at: time,
    source: text(ANY_TEXT, MAX_TEXT),
  },
);

const manifest = object(
  {
    format: oneOf(1),
    name: text(NAME),
    revision: text(REVISION),
    semver: text(SEMVER),
    created_at: time,
    engine_digest: text(DIGEST),
    program_digest: text(DIGEST),
    content_digest: text(DIGEST),
    program_format: integer(1, 65_535),
    program_bytes: integer(0, LIMITS.program.max_bytes),
    worst_case_steps: count,
    max_steps: integer(1, LIMITS.program.max_steps),
    on_budget: oneOf('block', 'allow', 'log'),
    thresholds: mapOf(integer(1, Number.MAX_SAFE_INTEGER), LIMITS.rule.max_score_categories),
    rules: listOf(rule, LIMITS.rule.max_rules),
  },
  { inspects_response: oneOf('none', 'headers', 'body') },
);

/** One entry of the rule table; `index` is its place. Throws as `checkManifest` does. */
export function checkManifestRule(value: unknown, index: number): ManifestRule {
  rule(value, `/rules/${index}`);
  return value as ManifestRule;
}

/** Throws as `checkManifest` does. */
export function checkRuleCount(count: number): void {
  if (count > LIMITS.rule.max_rules) {
    throw refused('/rules', `must have at most ${LIMITS.rule.max_rules} elements`);
  }
}

/** Returns the value as a manifest, or throws `WAF_ERR_ARTIFACT_MANIFEST` naming the first fault by JSON Pointer. */
export function checkManifest(value: unknown): Manifest {
  manifest(value, '');
  return value as Manifest;
}

function object(required: Record<string, Check>, optional: Record<string, Check> = {}): Check {
  const checks = new Map(Object.entries({ ...required, ...optional }));
  const needed = Object.keys(required);
  return (value, pointer) => {
    const given = record(value, pointer);
    for (const key of needed) {
      if (!Object.hasOwn(given, key)) throw refused(`${pointer}/${key}`, 'is missing');
    }
    // Without a list of the entries: a rule table can have 10,000 of these.
    for (const key in given) {
      const check = checks.get(key);
      if (check === undefined) throw refused(`${pointer}/${key}`, 'is not a known key');
      check(given[key], `${pointer}/${key}`);
    }
  };
}

function listOf(check: Check, max: number): Check {
  return (value, pointer) => {
    if (!Array.isArray(value)) throw refused(pointer, 'must be an array');
    if (value.length > max) throw refused(pointer, `must have at most ${max} elements`);
    value.forEach((element, index) => {
      check(element, `${pointer}/${index}`);
    });
  };
}

function mapOf(check: Check, max: number): Check {
  return (value, pointer) => {
    const entries = Object.entries(record(value, pointer));
    if (entries.length > max) throw refused(pointer, `must have at most ${max} members`);
    for (const [key, member] of entries) {
      if (key === '') throw refused(pointer, 'must not have an empty key');
      check(member, `${pointer}/${key}`);
    }
  };
}

function text(pattern: RegExp, maxLength = 256): Check {
  return (value, pointer) => {
    if (typeof value !== 'string' || value.length > maxLength || !pattern.test(value)) {
      throw refused(
        pointer,
        `must be a text of at most ${maxLength} characters that fits ${pattern}`,
      );
    }
  };
}

function integer(min: number, max: number): Check {
  return (value, pointer) => {
    if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
      throw refused(pointer, `must be an integer from ${min} to ${max}`);
    }
  };
}

function oneOf(...allowed: readonly (string | number)[]): Check {
  return (value, pointer) => {
    if (!allowed.includes(value as string | number)) {
      throw refused(pointer, `must be one of ${allowed.join(', ')}`);
    }
  };
}

function record(value: unknown, pointer: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refused(pointer, 'must be an object');
  }
  return value as Record<string, unknown>;
}

function refused(pointer: string, what: string): Error {
  return invalidModule('WAF_ERR_ARTIFACT_MANIFEST', `manifest${pointer} ${what}`);
}
