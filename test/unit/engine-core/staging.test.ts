import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  EXPLAINED_IS_INVALID_PROGRAM,
  LOAD_OK,
  PROGRAM_BASE,
  PROGRAM_FORMAT,
} from '../../../src/config/layout.gen.ts';
import { WafInstance } from '../../../src/engine/waf-instance.ts';
import {
  configOf,
  DEBUG,
  programOf,
  RawEngine,
  RELEASE,
  requestOf,
  ruleOf,
} from '../../reference/engine.ts';
import { configs } from '../../reference/generators.ts';

const FORMAT = { program_format: PROGRAM_FORMAT };
const { program } = programOf(
  configOf(
    Array.from({ length: 300 }, (_, i) =>
      ruleOf(`r${i}`, { target: ['uri'], op: 'contains', value: `evil${i}` }),
    ),
  ),
);

interface Steps {
  load_program_step(budget: number): number;
}

/** The code of a check in steps, and how many it took. */
function checkInSteps(engine: RawEngine, budget: number): { code: number; steps: number } {
  const { load_program_step } = engine.exports as unknown as Steps;
  for (let steps = 1; ; steps++) {
    const code = load_program_step(budget);
    if (code !== 1) return { code, steps };
  }
}

test('staging - an instance that was staged judges like one that was made at once', async () => {
  const staged = await WafInstance.stage(RELEASE, FORMAT, program);
  const whole = WafInstance.instantiate(RELEASE, FORMAT, program);
  for (const uri of ['/evil7', '/good']) {
    expect(staged.inspect(requestOf({ uri }))).toBe(whole.inspect(requestOf({ uri })));
    expect(staged.explain()).toEqual(whole.explain());
    expect(staged.steps).toBe(staged.explain().steps);
  }
});

test('staging - the event loop turns in between, and a signal ends it', async () => {
  const controller = new AbortController();
  setImmediate(() => controller.abort(new Error('enough')));
  const huge = new Uint8Array(8_000_000);
  huge.set(program);
  await expect(WafInstance.stage(RELEASE, FORMAT, huge, controller.signal)).rejects.toThrow(
    'enough',
  );
});

test('staging - a program that the engine refuses is an error', async () => {
  const broken = program.slice();
  broken[4] = 99;
  await expect(WafInstance.stage(RELEASE, FORMAT, broken)).rejects.toMatchObject({
    code: 'WAF_ERR_ENGINE_PROGRAM_INVALID',
  });
  const next = { program_format: PROGRAM_FORMAT + 1 };
  await expect(WafInstance.stage(RELEASE, next, program)).rejects.toThrow(
    `program format ${PROGRAM_FORMAT + 1} is not ${PROGRAM_FORMAT}`,
  );
});

test('check in steps - takes as many as the budget makes it, and comes to the same', () => {
  const places = fc.array(fc.record({ at: fc.nat(), value: fc.nat(255) }), { maxLength: 2 });
  let loaded = 0;
  let refused = 0;
  fc.assert(
    fc.property(configs, places, fc.integer({ min: 0, max: 50 }), (config, changes, budget) => {
      const bytes = programOf(config).program.slice();
      for (const { at, value } of changes) bytes[8 + (at % (bytes.length - 8))] = value;
      const whole = new RawEngine(DEBUG, bytes).loadProgram();
      const { code, steps } = checkInSteps(new RawEngine(DEBUG, bytes), budget);
      expect(code).toBe(whole);
      expect(checkInSteps(new RawEngine(DEBUG, bytes), 10_000_000).steps).toBe(1);
      if (code === LOAD_OK) loaded++;
      else refused++;
      if (code === LOAD_OK) expect(steps).toBeGreaterThan(2);
    }),
    { numRuns: 300 },
  );
  expect(Math.min(loaded, refused)).toBeGreaterThan(10);
});

test('check in steps - nothing is judged before it is over', () => {
  const engine = new RawEngine(RELEASE, program);
  const { load_program_step } = engine.exports as unknown as Steps;
  const evil = { uri: '/evil7' };
  expect(load_program_step(1)).toBe(1);
  expect(engine.inspectJson(evil)).toBe(0);
  expect(engine.flags).toBe(EXPLAINED_IS_INVALID_PROGRAM);
  expect(checkInSteps(engine, 1).code).toBe(LOAD_OK);
  expect(engine.inspectJson(evil)).toBe(1);
});

test('check in steps - a check at once starts over', () => {
  const engine = new RawEngine(RELEASE, program);
  const { load_program_step } = engine.exports as unknown as Steps;
  expect(load_program_step(500)).toBe(1);
  expect(engine.loadProgram()).toBe(LOAD_OK);
  expect(engine.inspectJson({ uri: '/evil7' })).toBe(1);
  expect(load_program_step(1)).toBe(1);
  new Uint8Array(engine.exports.memory.buffer)[PROGRAM_BASE] = 0x7f;
  expect(engine.loadProgram()).toBeLessThan(LOAD_OK);
});

test('check in steps - without a program there is nothing to check', () => {
  expect(checkInSteps(new RawEngine(RELEASE), 1)).toEqual({ code: LOAD_OK, steps: 1 });
});
