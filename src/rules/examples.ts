import type { Fault } from './fault.ts';
import type { ExampleRequest, Rule } from './model.ts';
import { parseTarget, type Target } from './targets.ts';
import { leavesOf } from './walk-condition.ts';

/** One example as a request, and whether the rule must match it. */
export interface ExampleCase {
  readonly request: ExampleRequest;
  readonly expect: 'match' | 'no_match';
  /** Into the rule, e.g. `/examples/match/0`. */
  readonly pointer: string;
}

/**
 * The examples of a rule as requests. A string is the value of the rule's target: all leaves of the rule
 * must then name the same targets, and the value is put into the first of them.
 */
export function exampleCases(rule: Rule): { cases: ExampleCase[]; faults: Fault[] } {
  const cases: ExampleCase[] = [];
  const faults: Fault[] = [];
  const target = singleTarget(rule);
  for (const expect of ['match', 'no_match'] as const) {
    for (const [index, example] of (rule.examples?.[expect] ?? []).entries()) {
      const pointer = `/examples/${expect}/${index}`;
      const request =
        typeof example === 'string' ? requestWith(target, example) : (example as ExampleRequest);
      if (request === undefined) faults.push(ambiguous(pointer, target));
      else cases.push({ request, expect, pointer });
    }
  }
  return { cases, faults };
}

/** `undefined` when the leaves name different targets. */
function singleTarget(rule: Rule): Target | undefined {
  const leaves = leavesOf(rule.when).filter((leaf) => leaf.on !== 'matched');
  const first = leaves[0]?.target[0];
  if (first === undefined) return undefined;
  if (new Set(leaves.map((leaf) => JSON.stringify(leaf.target))).size > 1) return undefined;
  return parseTarget(first);
}

/** A request whose `target` is `value`, or undefined when no request can be written that way. */
function requestWith(target: Target | undefined, value: string): ExampleRequest | undefined {
  if (target === undefined || target.isPattern === true) return undefined;
  const selector = target.selector ?? 'q';
  const encoded = percentEncode(value);
  switch (target.definition.name) {
    case 'method':
      return { method: value };
    case 'uri':
    case 'path':
    case 'path.raw':
      return { uri: value };
    case 'version':
      return { version: value };
    case 'client.ip':
      return { source_ip: value };
    case 'query.raw':
      return { uri: `/?${value}` };
    case 'query.names':
      return { uri: `/?${encoded}=1` };
    case 'query.*':
    case 'query':
      return { uri: `/?${percentEncode(selector)}=${encoded}` };
    case 'headers.names':
      return { headers: [[value, '1']] };
    case 'headers.*':
    case 'headers':
      return { headers: [[target.selector ?? 'x-example', value]] };
    case 'cookies.names':
      return { headers: [['cookie', `${value}=1`]] };
    case 'cookies.*':
    case 'cookies':
      return { headers: [['cookie', `${selector}=${value}`]] };
    case 'body.raw':
      return { method: 'POST', body: value };
    case 'body.form.names':
      return form(`${encoded}=1`);
    case 'body.form.*':
    case 'body.form':
      return form(`${percentEncode(selector)}=${encoded}`);
    case 'body.json.*':
      return json({ q: value });
    case 'body.json':
      return json(nest(selector, value));
    case 'response.status':
      return /^[1-9]\d\d$/.test(value) ? { response: { status: Number(value) } } : undefined;
    case 'response.headers.names':
      return { response: { headers: [[value, '1']] } };
    case 'response.headers.*':
    case 'response.headers':
      return { response: { headers: [[target.selector ?? 'x-example', value]] } };
    case 'response.body':
      return { response: { body: value } };
    default:
      return undefined;
  }
}

/** Lone surrogates, which have no UTF-8 form, become U+FFFD. */
function percentEncode(value: string): string {
  return encodeURIComponent(Buffer.from(value).toString());
}

function form(body: string): ExampleRequest {
  return {
    method: 'POST',
    headers: [['content-type', 'application/x-www-form-urlencoded']],
    body,
  };
}

function json(value: unknown): ExampleRequest {
  return {
    method: 'POST',
    headers: [['content-type', 'application/json']],
    body: JSON.stringify(value),
  };
}

/** `/a/b` → `{"a": {"b": value}}` */
function nest(pointer: string, value: string): unknown {
  const steps = pointer.split('/').slice(1).reverse();
  return steps.reduce<unknown>((inner, step) => Object.fromEntries([[step, inner]]), value);
}

function ambiguous(pointer: string, target: Target | undefined): Fault {
  return {
    code: 'WAF_ERR_RULE_EXAMPLE_AMBIGUOUS',
    pointer,
    message:
      target === undefined
        ? 'a string example needs a rule whose leaves all name the same target'
        : `a string example cannot stand for ${target.text}`,
    hint: 'Write a request: {"method", "uri", "version", "source_ip", "headers", "body", "response"}.',
  };
}
