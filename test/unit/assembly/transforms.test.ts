import { describe, expect, test } from 'vitest';
import { TRANSFORM_NAMES } from '../../../src/config/layout.gen.ts';
import { TRANSFORMS as RULE_TRANSFORMS } from '../../../src/rules/transforms.ts';
import { compileHarness } from '../../reference/compile-harness.ts';
import { TRANSFORMS } from '../../reference/transforms.ts';
import { CASES } from '../../reference/transforms-cases.ts';
import { TransformsModule } from '../../reference/transforms-module.ts';

const engine = new TransformsModule(compileHarness('transforms'));
const NAMES = [...TRANSFORM_NAMES.values()].sort();
const ROWS = Object.entries(CASES).flatMap(([name, cases]) =>
  cases.map(([input, output]) => [name, input, output] as const),
);

describe('transforms', () => {
  test.each(ROWS)('%s - %j becomes %j', (name, input, output) => {
    expect(TRANSFORMS[name]!(input)).toBe(output);
    expect(engine.run(name, input)).toEqual({ output, changed: output !== input, strayBytes: 0 });
  });

  test('count - every transform has at least eight cases, and every case ran', () => {
    expect(Object.keys(CASES).sort()).toEqual(NAMES);
    for (const name of NAMES) expect(CASES[name]!.length, name).toBeGreaterThanOrEqual(8);
    expect(ROWS).toHaveLength(337);
  });

  test('names - rules, the reference and the engine know the same transforms', () => {
    expect(NAMES).toHaveLength(32);
    expect([...RULE_TRANSFORMS]).toEqual(NAMES);
    expect(Object.keys(TRANSFORMS).sort()).toEqual(NAMES);
  });
});
