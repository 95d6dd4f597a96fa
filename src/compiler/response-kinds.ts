import {
  KIND_RESPONSE_BODY,
  KIND_RESPONSE_HEADERS,
  KIND_RESPONSE_HEADERS_NAMES,
  KIND_RESPONSE_STATUS,
} from '../config/layout.gen.ts';
import type { CompiledRule } from './compile-rule.ts';
import { kindMask } from './kind-mask.ts';
import { kindsOf } from './kinds-of.ts';
import type { BranchRecord, Selector } from './program-model.ts';
import type { ProgramTables } from './program-tables.ts';
import type { ThresholdScope } from './tuning/threshold-scopes.ts';

/** What the rules of a program look at in responses; status and headers count as `headers`. */
export type ResponseInspection = 'none' | 'headers' | 'body';

const RESPONSE_KINDS: ReadonlySet<number> = new Set([
  KIND_RESPONSE_STATUS,
  KIND_RESPONSE_HEADERS,
  KIND_RESPONSE_HEADERS_NAMES,
  KIND_RESPONSE_BODY,
]);
const BODY = kindMask([KIND_RESPONSE_BODY]);

/** Whether a set of targets selects something of a response. */
export function selectsResponse(selectors: readonly Selector[]): boolean {
  return [...kindsOf(selectors)].some((kind) => RESPONSE_KINDS.has(kind));
}

/** A rule that looks at something of a response belongs to the response phase. */
export function isOfResponse(branches: readonly BranchRecord[], tables: ProgramTables): boolean {
  return branches.some(({ leaf }) => selectsResponse(selectorsOf(leaf, tables)));
}

/** One bit for every kind, of requests and responses, that rules of the response phase look at. */
export function responseKinds(
  rules: readonly CompiledRule[],
  tables: ProgramTables,
  scopes: readonly ThresholdScope[] = [],
): bigint {
  let mask = 0n;
  for (const { isResponse, branches } of rules) {
    if (!isResponse) continue;
    for (const { leaf } of branches) mask |= kindMask(kindsOf(selectorsOf(leaf, tables)));
  }
  if (mask === 0n) return mask;
  for (const { branches } of scopes) {
    for (const { leaf } of branches) mask |= kindMask(kindsOf(selectorsOf(leaf, tables)));
  }
  return mask;
}

export function inspectionOf(kinds: bigint): ResponseInspection {
  if (kinds === 0n) return 'none';
  return (kinds & BODY) === 0n ? 'headers' : 'body';
}

function selectorsOf(leaf: number, tables: ProgramTables): readonly Selector[] {
  return tables.targetSets.at(tables.leaves.at(leaf).targetSet);
}
