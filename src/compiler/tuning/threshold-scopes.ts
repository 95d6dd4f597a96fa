import * as L from '../../config/layout.gen.ts';
import type { WafConfig } from '../../rules/model.ts';
import { toBytes } from '../byte-text.ts';
import { compileCondition } from '../compile-condition.ts';
import type { BranchRecord, CategoryRecord } from '../program-model.ts';
import type { ProgramTables } from '../program-tables.ts';
import type { SectionWriter } from '../section-writer.ts';
import { starts } from '../starts.ts';
import { insideAny } from './scope-condition.ts';

/** Requests whose scores are compared with other thresholds; of several scopes the first one counts. */
export interface ThresholdScope {
  readonly branches: readonly BranchRecord[];
  /** By the name of the category; others are as everywhere. */
  readonly thresholds: ReadonlyMap<string, number>;
}

/** The scopes that tuning leaves to the engine. Their conditions wake nothing. */
export function compileThresholdScopes(
  { tuning = [] }: Pick<WafConfig, 'tuning'>,
  tables: ProgramTables,
): readonly ThresholdScope[] {
  return tuning.map((entry) => {
    const condition = compileCondition(insideAny([entry]), tables, (fault) => {
      throw new Error(`the scope of tuning ${entry.id} does not compile: ${fault.message}`);
    });
    return {
      branches: condition!.branches,
      thresholds: new Map(
        Object.entries(entry.thresholds ?? {}).map(([name, n]) => [toBytes(name), Math.ceil(n)]),
      ),
    };
  });
}

/** Categories of which some scope has a threshold. */
export function scopedCategories(scopes: readonly ThresholdScope[]): readonly string[] {
  return scopes.flatMap(({ thresholds }) => [...thresholds.keys()]);
}

export function writeThresholdScopes(
  sections: SectionWriter,
  scopes: readonly ThresholdScope[],
  categories: readonly CategoryRecord[],
): void {
  const branches = scopes.map((scope) => scope.branches);
  const branchStarts = starts(branches);
  sections.records(L.SECTION_SCOPES, scopes.length, (view, at, i) => {
    view.setUint32(at + L.SCOPE_BRANCH_START_AT, branchStarts[i]!, true);
  });
  const all = branches.flat();
  sections.records(L.SECTION_SCOPE_BRANCHES, all.length, (view, at, i) => {
    view.setUint32(at + L.BRANCH_LEAF_AT, all[i]!.leaf, true);
    view.setUint16(at + L.BRANCH_ON_TRUE_AT, all[i]!.onTrue, true);
    view.setUint16(at + L.BRANCH_ON_FALSE_AT, all[i]!.onFalse, true);
  });
  const thresholds = scopes.flatMap((scope) =>
    categories.map(({ name, threshold }) => scope.thresholds.get(name) ?? threshold),
  );
  sections.numbers(L.SECTION_SCOPE_THRESHOLDS, thresholds);
}

/** Finding the scope of a request, and comparing: as in assembly/evaluate/scope-thresholds.ts. */
export function thresholdScopeSteps(scopes: readonly ThresholdScope[]): number {
  return scopes.reduce((total, { branches }) => total + 1 + branches.length, 0);
}
