import type { FtwResult } from './run-suite.ts';

export interface SuiteSummary {
  readonly tests: number;
  readonly passed: number;
  /** Passed because the suite says that another engine or server does the same. */
  readonly by_override: number;
  readonly categories: readonly CategorySummary[];
  readonly misses: readonly { readonly test_id: string; readonly reason: string }[];
}

export interface CategorySummary {
  readonly category: string;
  readonly tests: number;
  readonly passed: number;
}

export function summarise(results: readonly FtwResult[]): SuiteSummary {
  const byCategory = new Map<string, { tests: number; passed: number }>();
  for (const { test, pass } of results) {
    const counts = byCategory.get(test.category) ?? { tests: 0, passed: 0 };
    counts.tests += 1;
    if (pass) counts.passed += 1;
    byCategory.set(test.category, counts);
  }
  const passed = results.filter(({ pass }) => pass);
  return {
    tests: results.length,
    passed: passed.length,
    by_override: passed.filter(({ reason }) => reason !== '').length,
    categories: [...byCategory]
      .map(([category, counts]) => ({ category, ...counts }))
      .sort((a, b) => (a.category < b.category ? -1 : 1)),
    misses: results
      .filter(({ pass }) => !pass)
      .map(({ test, reason }) => ({ test_id: test.testId, reason })),
  };
}
