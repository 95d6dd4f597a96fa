import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InspectionRequest } from '../../../src/engine/verdict.ts';
import { collectFields } from '../../reference/collect-values.ts';
import { splitRequests } from '../../reference/request-generators.ts';
import { RequestReader } from '../../reference/request-reader.ts';

const reader = new RequestReader();

/** What the reference finds, in the form of what the engine says. */
function expected(request: InspectionRequest) {
  const { fields, isTruncated } = collectFields(request);
  return { fields: fields.map(({ isNamed: _, ...field }) => field), isTruncated };
}

test('fields - equal those of the reference for random requests', () => {
  const families = new Map<string, number>();
  fc.assert(
    fc.property(splitRequests, (request) => {
      const { fields, isTruncated } = reader.read(request);
      expect({ fields, isTruncated }).toEqual(expected(request));
      for (const { family } of fields) families.set(family, (families.get(family) ?? 0) + 1);
    }),
    { numRuns: 5000 },
  );
  expect(families.size).toBe(21);
  for (const [family, count] of families) expect([family, count > 30]).toEqual([family, true]);
});
