import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CompiledProgram, compileProgram } from '../../../src/compiler/compile-program.ts';
import { createCompiler } from '../../../src/compiler/create-compiler.ts';
import {
  HEADER_SIZE,
  LOAD_OK,
  PROGRAM_FORMAT,
  SECTION_COUNT_AT,
  SECTION_OFFSET_AT,
  SECTION_OVERLAY_BUCKETS,
  SECTION_OVERLAY_EDGES,
  SECTION_SIZE,
  SECTION_TABLE,
} from '../../../src/config/layout.gen.ts';
import { WafInstance } from '../../../src/engine/waf-instance.ts';
import type { Rule, WafConfig } from '../../../src/rules/model.ts';
import { configOf, DEBUG, RawEngine, RELEASE, requestOf, ruleOf } from '../../reference/engine.ts';
import { configs, exchanges, requests, responseConfigs } from '../../reference/generators.ts';
import { languageConfigs } from '../../reference/language-generators.ts';

const EAGER = { smallest: 0 };

function instanceFor(compiled: CompiledProgram, module = RELEASE): WafInstance {
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  const { program } = compiled;
  return WafInstance.instantiate(module, { program_format: PROGRAM_FORMAT }, program);
}

/** What an instance says about a request, but for the steps that it took. */
function judged(instance: WafInstance, request: Parameters<WafInstance['inspect']>[0]) {
  const action = instance.inspect(request);
  const { steps, ...explanation } = instance.explain();
  return { steps, verdict: { ...explanation, action } };
}

/** Rules of several configs under names of their own, and rule sets made of them one after another. */
const histories = fc
  .array(fc.oneof({ weight: 2, arbitrary: configs }, responseConfigs, languageConfigs), {
    minLength: 1,
    maxLength: 3,
  })
  .chain((sources) => {
    const pool = sources
      .flatMap(({ rules }) => rules)
      .map((rule, i): Rule => ({ ...rule, id: `r${i}` }));
    const someRules = fc.shuffledSubarray(pool);
    const sets = fc.array(fc.record({ rules: someRules, isFolded: fc.boolean() }), {
      minLength: 2,
      maxLength: 5,
    });
    return fc.tuple(fc.constant(sources[0]!), sets);
  })
  .map(([{ thresholds }, sets]) =>
    sets.map(({ rules, isFolded }) => ({ config: configOf(rules, { thresholds }), isFolded })),
  );

const contains = (id: string, value: string, rest: Partial<Rule> = {}) =>
  ruleOf(id, { target: ['uri', 'headers.*'], op: 'contains', value }, rest);
const many = Array.from({ length: 40 }, (_, i) => contains(`base-${i}`, `word${i}x`));

describe.each([
  ['release', RELEASE, 150],
  ['debug', DEBUG, 50],
] as const)('%s engine', (_, module, runs) => {
  test('overlay - every rule set of a history gets the verdicts of a program of its own', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        histories,
        fc.array(fc.oneof(requests, exchanges), { minLength: 1, maxLength: 4 }),
        (history, batch) => {
          const compiler = createCompiler(EAGER);
          for (const { config, isFolded } of history) {
            const expected = compileProgram(config);
            const compiled = compiler.compile(config);
            expect(compiled.ok).toBe(expected.ok);
            if (!compiled.ok || !expected.ok) continue;
            expect(compiled.rules).toEqual(expected.rules);
            expect(compiled.inspectsResponse).toBe(expected.inspectsResponse);
            const [own, shared] = [instanceFor(expected, module), instanceFor(compiled, module)];
            for (const request of batch) {
              const { verdict, steps } = judged(shared, request);
              expect(verdict).toEqual(judged(own, request).verdict);
              expect(steps).toBeLessThanOrEqual(compiled.worstCaseSteps);
              compared += 1;
            }
            if (isFolded) compiler.fold();
          }
        },
      ),
      { numRuns: runs },
    );
    expect(compared).toBeGreaterThan(runs);
  }, 60_000);
});

test('overlay - a rule that is added keeps the tables of the others', () => {
  const compiler = createCompiler(EAGER);
  compiler.compile(configOf(many));
  const compiled = compiler.compile(configOf([...many, contains('new', 'needle')]));
  expect(compiler.changes).toBe(1);
  const { verdict } = judged(instanceFor(compiled), requestOf({ uri: '/a-needle-b' }));
  expect(verdict.matches.map(({ rule }) => rule)).toEqual(['new']);
});

test('overlay - a rule in front of others is listed and decides in front of them', () => {
  const compiler = createCompiler(EAGER);
  compiler.compile(configOf(many));
  const compiled = compiler.compile(configOf([contains('new', 'word7'), ...many]));
  const { verdict } = judged(instanceFor(compiled), requestOf({ uri: '/word7x' }));
  expect(verdict.rule).toBe('new');
  expect(verdict.matches.map(({ rule }) => rule)).toEqual(['new', 'base-7']);
});

test('overlay - a rule that is gone matches no more, one that comes back does', () => {
  const compiler = createCompiler(EAGER);
  compiler.compile(configOf(many));
  const request = requestOf({ uri: '/word3x' });
  const without = compiler.compile(configOf(many.filter(({ id }) => id !== 'base-3')));
  expect(judged(instanceFor(without), request).verdict.matches).toEqual([]);
  const back = compiler.compile(configOf(many));
  expect(judged(instanceFor(back), request).verdict.rule).toBe('base-3');
});

test('overlay - copies of rules are known by their content', () => {
  const compiler = createCompiler(EAGER);
  compiler.compile(configOf(many));
  const copy = structuredClone([...many, contains('new', 'needle')]);
  const compiled = compiler.compile(configOf(copy));
  expect(compiler.changes).toBe(1);
  expect(compiled.ok && compiled.rules[0]).toBe(copy[0]);
});

test('overlay - what is wrong with a new rule is said as for the whole set', () => {
  const compiler = createCompiler(EAGER);
  compiler.compile(configOf(many));
  const wrong = ruleOf('wrong', { target: ['uri'], op: 'regex', value: '(a' });
  const config: WafConfig = configOf([...many.slice(0, 5), wrong, ...many.slice(5)]);
  expect(compiler.compile(config)).toEqual(compileProgram(config));
  expect(compiler.compile(config)).toEqual(compileProgram(config));
  const right = configOf([...many, contains('new', 'needle')]);
  const { verdict } = judged(instanceFor(compiler.compile(right)), requestOf({ uri: '/needle' }));
  expect(verdict.rule).toBe('new');
});

test('fold - the next change finds no others, and verdicts are the same', () => {
  const compiler = createCompiler(EAGER);
  compiler.compile(configOf(many));
  const grown = [...many, contains('a', 'needle')];
  compiler.compile(configOf(grown));
  compiler.fold();
  expect(compiler.changes).toBe(0);
  const compiled = compiler.compile(configOf([...grown, contains('b', 'thread')]));
  expect(compiler.changes).toBe(1);
  const { verdict } = judged(instanceFor(compiled), requestOf({ uri: '/needle/thread' }));
  expect(verdict.matches.map(({ rule }) => rule)).toEqual(['a', 'b']);
});

test('fold - the rule set that is asked for again is the program that is running', () => {
  const compiler = createCompiler(EAGER);
  compiler.compile(configOf(many));
  const config = configOf([...many, contains('a', 'needle')]);
  const compiled = compiler.compile(config);
  compiler.fold();
  expect(compiler.compile({ ...config })).toBe(compiled);
});

test('compiler - after too many changes everything is compiled together', () => {
  const compiler = createCompiler({ ...EAGER, mostChanges: 2 });
  const added = ['a', 'b', 'c'].map((id) => contains(id, `needle-${id}`));
  compiler.compile(configOf(many));
  const changes = [1, 2, 3].map((count) => {
    compiler.compile(configOf([...many, ...added.slice(0, count)]));
    return compiler.changes;
  });
  expect(changes).toEqual([1, 2, 0]);
});

test('compiler - small rule sets give the bytes that they give from nothing', () => {
  const compiler = createCompiler();
  compiler.compile(configOf(many));
  const config = configOf([...many, contains('new', 'needle')]);
  const [compiled, expected] = [compiler.compile(config), compileProgram(config)];
  expect(compiled.ok && expected.ok && Buffer.compare(compiled.program, expected.program)).toBe(0);
});

/** A program whose overlay has every table: whole values, and texts that share endings. */
function programWithOverlay(): Uint8Array {
  const compiler = createCompiler(EAGER);
  compiler.compile(configOf(many));
  // States far from the root have no dense row: only there are steps, links and edges.
  const far = 'far'.repeat(200);
  const texts = ['needle', 'needles', 'edl', 'les', 'lest', `${far}x`, `${far}y`].map((text) =>
    contains(text, text),
  );
  const whole = ruleOf('whole', { target: ['method'], op: 'in', value: ['PUT', 'PATCH', 'MOVE'] });
  const compiled = compiler.compile(configOf([...many, ...texts, whole]));
  if (!compiled.ok) throw new Error('does not compile');
  return compiled.program;
}

test('hostile program - a changed overlay is refused or judges any request', () => {
  const program = programWithOverlay();
  const view = new DataView(program.buffer);
  const places: number[] = [];
  for (let section = SECTION_OVERLAY_BUCKETS; section <= SECTION_OVERLAY_EDGES; section++) {
    const entry = HEADER_SIZE + section * SECTION_SIZE;
    const start = view.getUint32(entry + SECTION_OFFSET_AT, true);
    const [, size, hasEnd] = SECTION_TABLE[section]!;
    const records = view.getUint32(entry + SECTION_COUNT_AT, true) + (hasEnd ? 1 : 0);
    expect(records).toBeGreaterThan(1);
    for (let at = start; at < start + records * size; at++) places.push(at);
    places.push(entry + SECTION_OFFSET_AT, entry + SECTION_COUNT_AT);
  }
  const changes = fc.array(
    fc.tuple(fc.constantFrom(...places), fc.constantFrom(0, 1, 2, 7, 127, 128, 255)),
    { minLength: 1, maxLength: 3 },
  );
  const outcomes = { loaded: 0, refused: 0 };
  fc.assert(
    fc.property(changes, (bytes) => {
      const copy = program.slice();
      for (const [at, value] of bytes) copy[at] = value;
      const engine = new RawEngine(DEBUG, copy);
      const code = engine.loadProgram();
      expect(code).toBeLessThanOrEqual(LOAD_OK);
      outcomes[code === LOAD_OK ? 'loaded' : 'refused'] += 1;
      engine.inspectJson({ method: 'PATCH', uri: '/needles/edlest', headers: [['a', 'needle']] });
    }),
    { numRuns: 500 },
  );
  expect(outcomes.loaded).toBeGreaterThan(20);
  expect(outcomes.refused).toBeGreaterThan(20);
});
