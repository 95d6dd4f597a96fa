import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BRANCH_LEAF_AT,
  BRANCH_ON_FALSE_AT,
  BRANCH_ON_TRUE_AT,
  HEADER_SIZE,
  LOAD_BAD_CONDITION,
  LOAD_BAD_RULE,
  LOAD_OK,
  SCOPE_BRANCH_START_AT,
  SECTION_COUNT_AT,
  SECTION_OFFSET_AT,
  SECTION_SCOPE_BRANCHES,
  SECTION_SCOPE_THRESHOLDS,
  SECTION_SCOPES,
  SECTION_SIZE,
} from '../../../src/config/layout.gen.ts';
import { configOf, DEBUG, programOf, RawEngine, ruleOf } from '../../reference/engine.ts';

const { program } = programOf(
  configOf(
    [
      ruleOf('r', { target: ['uri'], op: 'contains', value: 'x' }, { score: { inbound: 5 } }),
      ruleOf('b', { target: ['uri'], op: 'contains', value: 'y' }, { score: { sqli: 5 } }),
    ],
    {
      thresholds: { inbound: 5 },
      tuning: [
        { id: 'a', path: ['/a', '/b/**'], thresholds: { inbound: 9 } },
        { id: 'c', method: ['PUT'], thresholds: { sqli: 1 } },
      ],
    },
  ),
);

function changed(change: (view: DataView, at: (section: number) => number) => void): Uint8Array {
  const copy = program.slice();
  const view = new DataView(copy.buffer);
  change(view, (section) =>
    view.getUint32(HEADER_SIZE + section * SECTION_SIZE + SECTION_OFFSET_AT, true),
  );
  return copy;
}

const entry = (section: number) => HEADER_SIZE + section * SECTION_SIZE + SECTION_COUNT_AT;

test.each<[string, number, Uint8Array]>([
  ['as it was written', LOAD_OK, program],
  [
    'a scope without a condition',
    LOAD_BAD_CONDITION,
    changed((view, at) => view.setUint32(at(SECTION_SCOPES) + 4 + SCOPE_BRANCH_START_AT, 0, true)),
  ],
  [
    'a scope that ends behind the branches',
    LOAD_BAD_RULE,
    changed((view, at) => view.setUint32(at(SECTION_SCOPES) + 8, 0xffff, true)),
  ],
  [
    'a leaf that there is not',
    LOAD_BAD_CONDITION,
    changed((view, at) => view.setUint32(at(SECTION_SCOPE_BRANCHES) + BRANCH_LEAF_AT, 99, true)),
  ],
  [
    'a branch to itself',
    LOAD_BAD_CONDITION,
    changed((view, at) => view.setUint16(at(SECTION_SCOPE_BRANCHES) + BRANCH_ON_TRUE_AT, 0, true)),
  ],
  [
    'a branch into the next scope',
    LOAD_BAD_CONDITION,
    changed((view, at) => view.setUint16(at(SECTION_SCOPE_BRANCHES) + BRANCH_ON_FALSE_AT, 9, true)),
  ],
  [
    'too few thresholds',
    LOAD_BAD_RULE,
    changed((view) => view.setUint32(entry(SECTION_SCOPE_THRESHOLDS), 3, true)),
  ],
])('scopes - %s is answered with a code', (_, code, bytes) => {
  expect(new RawEngine(DEBUG, bytes).loadProgram()).toBe(code);
});

test('scopes - whatever their bytes are, no request traps', () => {
  const places = fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 255 })), {
    minLength: 1,
    maxLength: 3,
  });
  let refused = 0;
  fc.assert(
    fc.property(places, fc.boolean(), (changes, inHeader) => {
      const bytes = changed((view, at) => {
        const from = inHeader ? entry(SECTION_SCOPES) - SECTION_COUNT_AT : at(SECTION_SCOPES);
        const room = inHeader ? 3 * SECTION_SIZE : program.length - from;
        for (const [place, value] of changes) view.setUint8(from + (place % room), value);
      });
      const engine = new RawEngine(DEBUG, bytes);
      const code = engine.loadProgram();
      expect(code).toBeLessThanOrEqual(LOAD_OK);
      if (code !== LOAD_OK) refused += 1;
      for (const uri of ['/a?xy', '/b/xy', '/xy']) {
        const action = engine.inspectJson({ method: 'PUT', uri, version: 'x', source_ip: '::1' });
        expect([0, 1, 2, 3]).toContain(action);
      }
    }),
    { numRuns: 400 },
  );
  expect(refused).toBeGreaterThan(50);
});
