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
  PROGRAM_BASE,
  PROGRAM_FORMAT,
  SECTION_COUNT_AT,
  SECTION_DENSE,
  SECTION_EDGES,
  SECTION_LINKS,
  SECTION_NODES,
  SECTION_SIZE,
  SECTION_STEPS,
  SECTION_TABLE,
} from '../../../src/config/layout.gen.ts';
import { configOf, DEBUG, programOf, RawEngine, ruleOf } from '../../reference/engine.ts';
import { configs, exchanges, requests, responseConfigs } from '../../reference/generators.ts';

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

/** The program lies at the very end of memory, so that reading past it traps. */
function place(program: Uint8Array): RawEngine {
  const missing = (PAGE_BYTES - (program.length % PAGE_BYTES)) % PAGE_BYTES;
  const padded = new Uint8Array(program.length + missing);
  padded.set(program);
  return new RawEngine(DEBUG, padded);
}

/** Asks for every match that can be listed, and for two that cannot. */
function locateAll({ exports }: RawEngine): void {
  for (let index = -1; index <= 64; index++) exports.locate_match(index);
}

test('hostile program - loading never traps, and what loads can judge any request', () => {
  const anyConfigs = fc.oneof(configs, responseConfigs);
  let loaded = 0;
  let refused = 0;
  fc.assert(
    fc.property(
      anyConfigs,
      mutations,
      fc.oneof(requests, exchanges),
      (config, changes, request) => {
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
          ...(request.response && { response: { status: 200, headers: { a: 'ab' }, body: 'ab' } }),
        };
        expect([0, 1, 2, 3]).toContain(engine.inspectJson(json));
        locateAll(engine);
        if (code !== LOAD_OK)
          expect(engine.flags & EXPLAINED_IS_INVALID_PROGRAM).toBe(EXPLAINED_IS_INVALID_PROGRAM);
      },
    ),
    { numRuns: 250 },
  );
  expect(loaded).toBeGreaterThan(15);
  expect(refused).toBeGreaterThan(15);
}, 60_000);

/** Fills every section of a program, and the request below is put to all of it. */
const RICH = configOf(
  [
    ruleOf('equals', { target: ['query[name]'], op: 'equals', value: 'Exact' }),
    ruleOf('glob', { target: ['uri'], transforms: ['trim'], op: 'glob', value: '/a*b*c' }),
    ruleOf('phrases', {
      target: ['query.*', 'headers.*'],
      except: ['headers[host]'],
      op: 'phrases',
      value: ['he', 'she', 'his', 'hers'],
    }),
    ruleOf('captures', {
      all: [
        { target: ['query[/na/]'], op: 'regex', value: '(Ex)(\\w+)|^$', as: 'c' },
        { target: ['${c.2}'], op: 'starts_with', value: 'a' },
        { target: ['uri'], op: 'contains', value: '=${c.1}' },
      ],
    }),
    ruleOf('late', { target: ['score.inbound'], op: 'gte', value: 1 }),
    ruleOf('within', { target: ['method'], op: 'within', value: 'GET POST' }),
    ruleOf('ip', { target: ['client.ip'], op: 'ip_in', value: ['10.0.0.0/8', '2001:db8::/32'] }),
    ruleOf(
      'length',
      { target: ['path'], op: 'length', value: { gte: 1 } },
      { score: { inbound: 1 } },
    ),
    ruleOf('bytes', { target: ['path'], op: 'byte_range', value: '0-255', quantifier: 'all' }),
    ruleOf('dfa', { target: ['uri'], op: 'regex', value: 'name=(?:Ex|In)a\\w+|[xy]by' }),
    ruleOf('nfa', { target: ['query.*'], op: 'regex', value: 'u.{2}[a-e]{1,40}.?\\brs?$|h.{9}s' }),
    ruleOf('forms', {
      target: ['query.*'],
      transforms: ['url_decode', 'hex_encode', 'lowercase'],
      each_transform: true,
      op: 'regex',
      value: '^7[0-9]',
    }),
    ruleOf('chained', {
      all: [
        { target: ['query.*'], transforms: ['uppercase'], op: 'contains', value: 'HER' },
        { target: [], on: 'matched', transforms: ['trim'], op: 'regex', value: 'S', negate: true },
        { target: [], on: 'matched', op: 'in', value: ['x', 'USHERS'], quantifier: 'none' },
      ],
    }),
    ruleOf('first', { target: ['query[x]'], first: true, op: 'valid_utf8', negate: true }),
    ruleOf(
      'skip',
      { not: { target: ['body.raw'], op: 'exists' } },
      { action: { allow: { skip: { ids: ['ip'] } } } },
    ),
    ruleOf('answer', {
      all: [
        { target: ['response.headers[x-a]', 'response.body'], op: 'contains', value: 'hers' },
        { target: ['query.*'], op: 'phrases', value: ['his', 'hers'] },
      ],
    }),
    ruleOf('silence', { not: { target: ['response.status'], op: 'exists' } }),
  ],
  { thresholds: { inbound: 100 }, max_steps: 100_000 },
);
const RICH_REQUEST = {
  method: 'GET',
  uri: '/Axbyc?name=Exact&x=ushers',
  source_ip: '10.1.2.3',
  headers: [['host', 'she']],
};

const RICH_RESPONSE = {
  ...RICH_REQUEST,
  response: { status: 200, headers: { 'X-A': 'ushers' }, body: 'she' },
};

/** Numbers that hurt: out of every table, one too many, and where bits and signs end. */
const HURTFUL = [0xffff_ffff, 0x0002_0000, 0x8000_0001];

test.each(HURTFUL)('hostile program - any word of it can be %i', (value) => {
  const { program } = programOf(RICH);
  const engine = place(program);
  const image = new DataView(engine.exports.memory.buffer, PROGRAM_BASE, program.length);
  expect(engine.inspectJson(RICH_REQUEST)).toBe(1);
  expect(engine.inspectJson(RICH_RESPONSE)).toBe(1);
  let refused = 0;
  for (let at = 0; at + 4 <= program.length; at += 4) {
    const right = image.getUint32(at, true);
    image.setUint32(at, value, true);
    const code = engine.loadProgram();
    expect(code).toBeLessThanOrEqual(LOAD_OK);
    if (code !== LOAD_OK) refused += 1;
    expect([0, 1, 2, 3]).toContain(engine.inspectJson(RICH_REQUEST));
    locateAll(engine);
    expect([0, 1, 2, 3]).toContain(engine.inspectJson(RICH_RESPONSE));
    image.setUint32(at, right, true);
  }
  expect(refused).toBeGreaterThan(500);
  expect(engine.loadProgram()).toBe(LOAD_OK);
  expect(engine.inspectJson(RICH_REQUEST)).toBe(1);
  expect(engine.inspectJson(RICH_RESPONSE)).toBe(1);
});

/**
 * Few states all have dense rows, hostile-tables.test.ts has automata with dispatches, hostile-scopes.test.ts
 * has scopes, and an overlay comes with rules that are added later.
 */
const UNUSED = /^(?:steps|links|edges|dispatches|scope.*|overlay_.*)$/;

test('rich program - has something in every section', () => {
  const { program } = programOf(RICH);
  const view = new DataView(program.buffer, program.byteOffset);
  const counts = SECTION_TABLE.map(([name], section) => ({
    name,
    count: view.getUint32(HEADER_SIZE + section * SECTION_SIZE + SECTION_COUNT_AT, true),
  }));
  const empty = counts.filter(({ count }) => count === 0).map(({ name }) => name);
  expect(empty.filter((name) => !UNUSED.test(name))).toEqual([]);
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
  ['the format before', HEADER_FORMAT_AT, PROGRAM_FORMAT - 1, LOAD_BAD_FORMAT],
  ['the format behind', HEADER_FORMAT_AT, PROGRAM_FORMAT + 1, LOAD_BAD_FORMAT],
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
  expect(HEADER_CASES).toHaveLength(6);
});

test('absent program - everything is allowed and the explanation says why', () => {
  const engine = new RawEngine(DEBUG);
  expect(engine.loadProgram()).toBe(LOAD_OK);
  expect(engine.inspectJson({ uri: '/' })).toBe(0);
  expect(engine.flags).toBe(EXPLAINED_IS_NO_PROGRAM);
});

/** Texts long enough to leave the states with dense rows, and a request that goes to their end. */
const DEEP = configOf(
  [
    ruleOf('a', {
      target: ['uri'],
      op: 'phrases',
      ignore_case: true,
      value: ['ab'.repeat(8000), `${'ab'.repeat(7500)}bb`, 'ba'.repeat(8000)],
    }),
  ],
  { max_steps: 200_000 },
);
const DEEP_REQUEST = { uri: `/${'ab'.repeat(7000)}b${'ba'.repeat(7999)}b` };

test('failure links in a circle - the budget ends the search', () => {
  const { program } = programOf(DEEP);
  expect(new RawEngine(DEBUG, program).inspectJson(DEEP_REQUEST)).toBe(0);
  const broken = new RawEngine(DEBUG, circular(program));
  expect(broken.loadProgram()).toBe(LOAD_OK);
  expect(broken.inspectJson(DEEP_REQUEST)).toBe(1);
  expect(broken.explain().reason).toBe('budget');
});

test('compact states - whatever their tables hold, loading and searching never trap', () => {
  const { program } = programOf(DEEP);
  const engine = place(program);
  const image = new DataView(engine.exports.memory.buffer, PROGRAM_BASE, program.length);
  const section = fc.constantFrom(
    SECTION_STEPS,
    SECTION_LINKS,
    SECTION_NODES,
    SECTION_EDGES,
    SECTION_DENSE,
  );
  const number = fc.oneof(fc.nat(100_000), fc.nat(5), fc.constantFrom(...HURTFUL));
  fc.assert(
    fc.property(fc.array(fc.tuple(section, fc.nat(), number), { maxLength: 3 }), (changes) => {
      new Uint8Array(engine.exports.memory.buffer).set(program, PROGRAM_BASE);
      for (const [table, place, value] of changes) {
        const entry = HEADER_SIZE + table * SECTION_SIZE;
        const records = image.getUint32(entry + SECTION_COUNT_AT, true);
        const size = SECTION_TABLE[table]![1];
        const at = image.getUint32(entry, true) + (place % (records * size));
        image.setUint32(Math.min(at & ~3, program.length - 4), value, true);
      }
      expect(engine.loadProgram()).toBeLessThanOrEqual(LOAD_OK);
      expect([0, 1, 2, 3]).toContain(engine.inspectJson(DEEP_REQUEST));
    }),
    { numRuns: 150 },
  );
});

/** Lets every compact state with one way on fail to itself. */
function circular(program: Uint8Array): Uint8Array {
  const copy = program.slice();
  const view = new DataView(copy.buffer);
  const section = (number: number) => HEADER_SIZE + number * SECTION_SIZE;
  const offset = (number: number) => view.getUint32(section(number), true);
  const states = view.getUint32(section(SECTION_STEPS) + 4, true);
  const firstCompact = view.getUint32(section(SECTION_DENSE) + 4, true) * 4;
  for (let state = 0; state < states; state++) {
    if (view.getUint8(offset(SECTION_STEPS) + state) === 0) continue;
    view.setUint32(offset(SECTION_LINKS) + state * 4, firstCompact + state, true);
  }
  return copy;
}
