import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredRule } from '../../../src/rules/rule-document.ts';
import { RuleTable } from '../../../src/rules/rule-table.ts';
import { ruleOf, shortRule } from './open-book.ts';

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const entry = fc
  .tuple(id, fc.constantFrom('active', 'pending'), fc.option(fc.integer({ min: 1, max: 5 })))
  .map(([name, state, end]): StoredRule => {
    const rule = ruleOf(shortRule(name));
    const lifetime = end === null ? {} : { expires_at: new Date(end).toISOString() };
    const at = { actor: 'a', added_at: 0, updated_at: 0 };
    return { rule: { ...rule, ...lifetime }, state: state as 'active', ...at };
  });
const step = fc.oneof(
  entry.map((stored) => ({ set: stored })),
  id.map((name) => ({ remove: name })),
);

test('rule table - behaves as a map of what was set and removed, and counts what is active', () => {
  const stored = fc.uniqueArray(entry, { selector: ({ rule }) => rule.id });
  fc.assert(
    fc.property(
      stored,
      fc.array(step),
      fc.array(fc.integer({ min: 0, max: 6 })),
      (base, steps, times) => {
        const table = new RuleTable(base);
        const model = new Map(base.map((each) => [each.rule.id, each]));
        for (const each of steps) {
          if ('set' in each) {
            table.set(each.set.rule.id, each.set);
            model.set(each.set.rule.id, each.set);
          } else {
            expect(table.delete(each.remove)).toBe(model.delete(each.remove));
          }
        }
        expect(new Set(table.values())).toEqual(new Set(model.values()));
        expect(table.size).toBe(model.size);
        for (const now of times) {
          const active = [...model.values()].filter(
            ({ rule, state }) =>
              state === 'active' &&
              (rule.expires_at === undefined || Date.parse(rule.expires_at) > now),
          );
          expect(table.countActive(now)).toBe(active.length);
        }
        // The base is shared by all tables of a document and must not have been touched.
        expect(new Set(new RuleTable(base).values())).toEqual(new Set(base));
      },
    ),
    { numRuns: 200 },
  );
});
