import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  EXPLAINED_IS_INVALID_PROGRAM,
  EXPLAINED_IS_NO_PROGRAM,
  HEADER_BYTES,
  HEADER_FORMAT_AT,
  HEADER_MAGIC_AT,
  HEADER_MAX_STEPS_AT,
  HEADER_SIZE,
  HEADER_TOTAL_BYTES_AT,
  LOAD_BAD_FORMAT,
  LOAD_BAD_MAGIC,
  LOAD_BAD_SIZE,
  LOAD_LIMIT_EXCEEDED,
  LOAD_OK,
  PAGE_BYTES,
  SECTION_LINKS,
  SECTION_SIZE,
  SECTION_STEPS,
} from '../../../src/config/layout.gen.ts';
import {
  configOf,
  DEBUG,
  instanceOf,
  programOf,
  RawEngine,
  ruleOf,
} from '../../reference/engine.ts';
import { configs, requests } from '../../reference/generators.ts';

/** Overwrites some places: single bytes, or whole words with numbers that hurt. */
const mutations = fc.array(
  fc.record({
    place: fc.nat(),
    inHeader: fc.boolean(),
    value: fc.constantFrom(0, 1, 2, 255, 0xffff, 0xfffe, 0xffff_ffff, 0x7fff_ffff, 0x0100_0000),
    wide: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

function mutate(
  program: Uint8Array,
  changes: readonly { place: number; inHeader: boolean; value: number; wide: boolean }[],
) {
  const copy = program.slice();
  const view = new DataView(copy.buffer);
  for (const { place, inHeader, value, wide } of changes) {
    const at = 8 + (place % ((inHeader ? HEADER_BYTES : copy.length) - 12));
    if (wide) view.setUint32(at & ~3, value, true);
    else view.setUint8(at, value & 0xff);
  }
  return copy;
}

/** Puts one program after another to the same engine. */
class ProgramSlot {
  readonly #engine: RawEngine;
  readonly #at: number;

  constructor(program: Uint8Array) {
    this.#engine = place(program);
    this.#at = PROGRAM_BASE;
  }

  load(program: Uint8Array): RawEngine {
    new Uint8Array(this.#engine.exports.memory.buffer).set(program, this.#at);
    return this.#engine;
  }
}

/** The program lies at the very end of memory, so that reading past it traps. */
function place(program: Uint8Array): RawEngine {
  const missing = (PAGE_BYTES - (program.length % PAGE_BYTES)) % PAGE_BYTES;
  const padded = new Uint8Array(program.length + missing);
  padded.set(program);
  return new RawEngine(DEBUG, padded);
}

test('hostile program - loading never traps, and what loads can judge any request', () => {
  let loaded = 0;
  let refused = 0;
  fc.assert(
    fc.property(configs, mutations, requests, (config, changes, request) => {
      const engine = place(mutate(programOf(config).program, changes));
      const code = engine.loadProgram();
      expect(code).toBeLessThanOrEqual(LOAD_OK);
      if (code === LOAD_OK) loaded += 1;
      else refused += 1;
      const json = {
        method: request.method,
        uri: request.uri,
        headers: [['a', 'ab']],
        body: 'a=b',
      };
      expect([0, 1, 2, 3]).toContain(engine.inspectJson(json));
      if (code !== LOAD_OK)
        expect(engine.flags & EXPLAINED_IS_INVALID_PROGRAM).toBe(EXPLAINED_IS_INVALID_PROGRAM);
    }),
    { numRuns: 250 },
  );
  expect(loaded).toBeGreaterThan(15);
  expect(refused).toBeGreaterThan(15);
});

/** Uses every section, and the request below reads every one of them. */
const RICH = configOf(
  [
    ruleOf('equals', { target: ['query[name]'], op: 'equals', value: 'Exact' }),
    ruleOf('glob', { target: ['uri'], transforms: ['lowercase'], op: 'glob', value: '/a*b*c' }),
    ruleOf('phrases', { target: ['query.*'], op: 'phrases', value: ['he', 'she', 'his', 'hers'] }),
    ruleOf('within', { target: ['method'], op: 'within', value: 'GET POST' }),
    ruleOf('ip', { target: ['client.ip'], op: 'ip_in', value: ['10.0.0.0/8', '2001:db8::/32'] }),
    ruleOf(
      'length',
      { target: ['path'], op: 'length', value: { gte: 1 } },
      { score: { inbound: 1 } },
    ),
    ruleOf('bytes', { target: ['path'], op: 'byte_range', value: '0-255', quantifier: 'all' }),
    ruleOf(
      'skip',
      { not: { target: ['body.raw'], op: 'exists' } },
      { action: { allow: { skip: { ids: ['ip'] } } } },
    ),
  ],
  { thresholds: { inbound: 100 } },
);
const RICH_REQUEST = { method: 'GET', uri: '/Axbyc?name=Exact&x=ushers', source_ip: '10.1.2.3' };

test('hostile program - any word of it can be any of the numbers that hurt', () => {
  const { program } = programOf(RICH);
  expect(place(program).inspectJson(RICH_REQUEST)).toBe(1);
  let swept = 0;
  for (let at = 0; at + 4 <= program.length; at += 4) {
    for (const value of [0xffff_ffff, 0x0002_0000, program.length]) {
      const copy = program.slice();
      new DataView(copy.buffer).setUint32(at, value, true);
      const engine = place(copy);
      expect(engine.loadProgram()).toBeLessThanOrEqual(LOAD_OK);
      expect([0, 1, 2, 3]).toContain(engine.inspectJson(RICH_REQUEST));
      swept += 1;
    }
  }
  expect(swept).toBeGreaterThan(1000);
});

test('hostile program - a truncated one is refused, wherever it was cut', () => {
  const { program } = programOf(
    configOf([ruleOf('a', { target: ['uri'], op: 'contains', value: 'abc' })]),
  );
  for (let length = 4; length < program.length; length += 7) {
    const engine = new RawEngine(DEBUG, program.slice(0, length));
    expect(engine.loadProgram()).toBeLessThanOrEqual(LOAD_OK);
  }
  const engine = new RawEngine(DEBUG, program.slice(0, HEADER_BYTES));
  expect(engine.loadProgram()).toBeLessThan(LOAD_OK);
});

const HEADER_CASES = [
  ['another magic', HEADER_MAGIC_AT, 0x01020304, LOAD_BAD_MAGIC],
  ['another format', HEADER_FORMAT_AT, 99, LOAD_BAD_FORMAT],
  ['a size beyond memory', HEADER_TOTAL_BYTES_AT, 0x7fff_ffff, LOAD_BAD_SIZE],
  ['a size below the header', HEADER_TOTAL_BYTES_AT, 8, LOAD_BAD_SIZE],
  ['a budget above the limit', HEADER_MAX_STEPS_AT, 0xffff_ffff, LOAD_LIMIT_EXCEEDED],
] as const;

test('hostile program - every fault of the header has its code', () => {
  const { program } = programOf(configOf([]));
  for (const [name, at, value, code] of HEADER_CASES) {
    const copy = program.slice();
    new DataView(copy.buffer).setUint32(at, value, true);
    expect([name, new RawEngine(DEBUG, copy).loadProgram()]).toEqual([name, code]);
  }
  expect(HEADER_CASES).toHaveLength(5);
});

test('absent program - everything is allowed and the explanation says why', () => {
  const engine = new RawEngine(DEBUG);
  expect(engine.loadProgram()).toBe(LOAD_OK);
  expect(engine.inspectJson({ uri: '/' })).toBe(0);
  expect(engine.flags).toBe(EXPLAINED_IS_NO_PROGRAM);
});

test('failure links in a circle - the budget ends the search', () => {
  const config = configOf([ruleOf('a', { target: ['uri'], op: 'contains', value: 'aab' })]);
  expect(instanceOf(config).matchCount).toBe(0);
  const engine = new RawEngine(DEBUG, circular(programOf(config).program));
  expect(engine.loadProgram()).toBe(LOAD_OK);
  expect(engine.inspectJson({ uri: '/aaac' })).toBe(1);
  expect(engine.explain().reason).toBe('budget');
});

/** Lets every state fail to itself. */
function circular(program: Uint8Array): Uint8Array {
  const copy = program.slice();
  const view = new DataView(copy.buffer);
  const entry = HEADER_SIZE + SECTION_LINKS * SECTION_SIZE;
  const offset = view.getUint32(entry, true);
  const states = view.getUint32(entry + 4, true);
  const steps = view.getUint32(HEADER_SIZE + SECTION_STEPS * SECTION_SIZE, true);
  for (let state = 1; state < states; state++) {
    if (view.getUint8(steps + state) !== 0) view.setUint32(offset + state * 4, state, true);
  }
  return copy;
}
