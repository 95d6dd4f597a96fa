import type { Diagnostic } from '../rules/diagnostic.ts';

/** A policy as documented; shape-checked. */
export interface Policy {
  readonly name: string;
  readonly rules: readonly PolicyRule[];
}

export interface PolicyRule {
  readonly type: string;
  readonly value?: string;
  readonly countries?: readonly string[];
}

/** The condition of a policy rule, or what is wrong with its value. */
type Written = { readonly match: object } | { readonly fault: string; readonly hint: string };

/** What each type blocks. */
const TYPES: Readonly<Record<string, (value: string) => Written>> = {
  ip_block: (value) => ({ match: { when: { target: 'client.ip', op: 'ip_in', value: [value] } } }),
  path_block: pathBlock,
  user_agent_block: (value) => ({ match: { field: 'Header:User-Agent', pattern: value } }),
  method_block: methodBlock,
};

export const POLICY_TYPES: readonly string[] = Object.keys(TYPES);

/**
 * The policy as rules of the rule language, `policy-<name>-<n>` with n from 1, or everything that keeps
 * it from being written so. A policy stands until it is removed, so its rules never expire.
 */
export function policyRules(
  policy: Policy,
): { readonly rules: readonly object[] } | { readonly diagnostics: readonly Diagnostic[] } {
  const rules: object[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [index, rule] of policy.rules.entries()) {
    const written = writeRule(rule);
    if ('match' in written) rules.push({ ...headOf(policy.name, index), ...written.match });
    else diagnostics.push(diagnosticOf(index, written));
  }
  return diagnostics.length > 0 ? { diagnostics } : { rules };
}

/** The rule book's diagnostics in terms of the policy; lines and columns count in a text of ours. */
export function blamePolicy(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.map(({ line: _line, column: _column, ...diagnostic }) => {
    const [, index, key] = diagnostic.pointer.split('/');
    if (index === undefined) return { ...diagnostic, pointer: '/rules' };
    return { ...diagnostic, pointer: key === 'id' ? '/name' : `/rules/${index}/value` };
  });
}

function headOf(name: string, index: number): object {
  return {
    id: `policy-${name}-${index + 1}`,
    title: `Policy ${name}`,
    tags: [`policy:${name}`],
    action: 'block',
    ttl_seconds: 0,
  };
}

interface PolicyFault {
  /** Pointer into the rule. */
  readonly at: '' | '/type' | '/value' | '/countries';
  readonly fault: string;
  readonly hint: string;
}

function writeRule({ type, value, countries }: PolicyRule): { match: object } | PolicyFault {
  const write = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  const supported = POLICY_TYPES.join(', ');
  if (write === undefined) {
    const fault = `the type "${type}" is not supported`;
    return { at: '/type', fault, hint: `Supported: ${supported}.` };
  }
  if (countries !== undefined) {
    const fault = `"${type}" has no countries`;
    return { at: '/countries', fault, hint: `Each of ${supported} has a value.` };
  }
  if (value === undefined) {
    return { at: '', fault: `"${type}" has no value`, hint: 'Say what to block.' };
  }
  const written = write(value);
  return 'match' in written ? written : { at: '/value', ...written };
}

function diagnosticOf(index: number, { at, fault, hint }: PolicyFault): Diagnostic {
  const pointer = `/rules/${index}${at}`;
  return { code: 'WAF_ERR_API_POLICY', pointer, message: fault, hint };
}

/** The path itself and all below it; with a star, whatever the glob says. */
function pathBlock(value: string): Written {
  if (!value.startsWith('/') || /^[/*]*$/.test(value)) {
    const fault = `"${value}" is not the path of a part of the site`;
    return { fault, hint: 'Write it from the root, e.g. /admin or /*.php.' };
  }
  const path = { target: 'path' };
  if (value.includes('*')) return { match: { when: { ...path, op: 'glob', value } } };
  const base = value.replace(/\/+$/, '');
  const itself = { ...path, op: 'equals', value: base };
  return { match: { when: { any: [itself, { ...path, op: 'starts_with', value: `${base}/` }] } } };
}

/** Methods are case-sensitive, and those that people mean are in capitals. */
function methodBlock(value: string): Written {
  if (!/^[A-Za-z]{1,32}$/.test(value)) {
    return { fault: `"${value}" is not a method`, hint: 'Write one method, e.g. TRACE.' };
  }
  return { match: { when: { target: 'method', op: 'equals', value: value.toUpperCase() } } };
}
