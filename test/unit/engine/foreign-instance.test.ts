import { expect, test } from 'vitest';
import { LIMITS } from '../../../src/config/limits.ts';
import { encodeJsonContext } from '../../../src/engine/encode-json-context.ts';
import { ForeignInstance } from '../../../src/engine/foreign-instance.ts';
import { injectMetering } from '../../../src/engine/metering/inject-metering.ts';
import { ModuleTrap } from '../../../src/engine/module-trap.ts';
import { RecoveringInspector } from '../../../src/engine/recovering-inspector.ts';
import {
  alternating,
  answering,
  blocksByte,
  hostile,
  leaking,
  trapsAtByte,
} from '../../wasm-fixtures/fixtures.ts';
import { requestOf } from './requests.ts';

const FUEL = 100_000;
const MARK = '!'.charCodeAt(0);

function foreign(bytes: Uint8Array<ArrayBuffer>, fuel = FUEL, maxPages = 4): ForeignInstance {
  return new ForeignInstance(new WebAssembly.Module(injectMetering(bytes)), fuel, maxPages);
}

function recovering(bytes: Uint8Array<ArrayBuffer>, maxPages = 4): RecoveringInspector {
  const create = () => foreign(bytes, FUEL, maxPages);
  return new RecoveringInspector(create, create());
}

test.each([0, 1, 2, 3])('foreign module - action %i is passed on and explained', (action) => {
  const instance = foreign(answering(action));
  expect(instance.inspect(requestOf())).toBe(action);
  expect(instance.explain()).toEqual({
    action,
    rule: null,
    reason: action === 0 ? 'no-match' : 'rule',
    matches: [],
    score: {},
    steps: 2,
  });
});

test.each([-1, 4, 7, 2 ** 31 - 1])('foreign module - action %i is a trap', (action) => {
  expect(() => foreign(answering(action)).inspect(requestOf())).toThrow(`invalid action ${action}`);
});

test('foreign module - reads the JSON context', () => {
  const instance = foreign(blocksByte(MARK));
  expect(instance.inspect(requestOf())).toBe(0);
  expect(instance.inspect(requestOf({ uri: '/!' }))).toBe(1);
  expect(instance.inspect(requestOf({ body: Buffer.from('hello!') }))).toBe(1);
  expect(instance.inspect(requestOf({ headers: ['X-Mark', '!'] }))).toBe(1);
});

test('foreign module - a long request runs out of fuel, the next short one does not', () => {
  const inspector = recovering(blocksByte(MARK));
  const long = requestOf({ uri: `/${'a'.repeat(50_000)}` });
  expect(caught(() => inspector.inspect(long))).toMatchObject({
    name: 'ModuleTrap',
    kind: 'budget',
    message: `inspect_request ran out of fuel after ${FUEL} instructions`,
  });
  expect(inspector.inspect(requestOf())).toBe(0);
  expect(inspector.counters).toEqual({ requests: 2, traps: 0, budget: 1, replacements: 1 });
});

test('foreign module - is shown the beginning of a body, so that long bodies cost no more', () => {
  const inspector = recovering(blocksByte(MARK));
  const { foreign_body_bytes: shown } = LIMITS.upload;
  const body = (mark: number) => Buffer.from('a'.repeat(mark)).fill(MARK, mark - 1);
  expect(inspector.inspect(requestOf({ body: Buffer.alloc(131_072, 'a') }))).toBe(0);
  expect(inspector.inspect(requestOf({ body: body(shown) }))).toBe(1);
  expect(inspector.inspect(requestOf({ body: body(shown + 1) }))).toBe(0);
});

test('foreign module - every request begins with a full tank', () => {
  const instance = foreign(answering(1), 10);
  for (let count = 0; count < 50; count++) {
    expect(instance.inspect(requestOf())).toBe(1);
    expect(instance.explain().steps).toBe(2);
  }
});

test('foreign module - memory grows for a request, but never beyond what it declared', () => {
  expect(foreign(answering(1)).inspect(requestOf({ body: Buffer.alloc(150_000, 'a') }))).toBe(1);
  const small = foreign(answering(1), FUEL, 1);
  expect(() => foreign(answering(1)).inspect(requestOf({ uri: 'a'.repeat(300_000) }))).toThrow(
    /does not fit its memory of at most 4 pages/,
  );
  expect(small.inspect(requestOf())).toBe(1);
});

test('foreign module - after a trap the next request gets a fresh instance', () => {
  const inspector = recovering(trapsAtByte(MARK));
  for (let round = 1; round <= 3; round++) {
    expect(caught(() => inspector.inspect(requestOf({ uri: '/!' })))).toMatchObject({
      kind: 'trap',
      message: 'inspect_request trapped: unreachable',
    });
    expect(inspector.inspect(requestOf())).toBe(0);
    expect(inspector.counters).toEqual({
      requests: 2 * round,
      traps: round,
      budget: 0,
      replacements: round,
    });
  }
});

test('foreign module - keeps its state as long as its instance is good', () => {
  const inspector = recovering(alternating());
  expect([1, 2, 3, 4].map(() => inspector.inspect(requestOf()))).toEqual([0, 1, 0, 1]);
});

test('foreign module - one that only ever allocates is renewed before it runs into its maximum', () => {
  const inspector = recovering(leaking(3), 3);
  for (let count = 0; count < 20; count++) expect(inspector.inspect(requestOf())).toBe(0);
  expect(inspector.counters).toEqual({ requests: 20, traps: 0, budget: 0, replacements: 9 });
});

test('foreign module - a start function that fails is a trap with its reason', () => {
  expect(() => foreign(hostile.endlessStart())).toThrow(
    `the start function ran out of fuel after ${FUEL} instructions`,
  );
  expect(() => foreign(hostile.trappingStart())).toThrow('the start function trapped: unreachable');
  expect(() => foreign(hostile.dataBeyondMemory())).toThrow('data segment is out of bounds');
});

test('foreign module - runaway recursion is a trap, whatever stops it first', () => {
  const error = caught(() => foreign(hostile.recursion(), 2 ** 31 - 1).inspect(requestOf()));
  expect(error).toBeInstanceOf(ModuleTrap);
  expect((error as ModuleTrap).message).toContain('call stack');
});

test('JSON context - has the documented keys, pairs and text', () => {
  const request = requestOf({
    method: 'POST',
    uri: '/a?b="c"',
    headers: ['Host', 'x', 'X-Latin', 'caf\u00e9', 'Host', 'y'],
    body: Buffer.from('na\u00efve'),
  });
  expect(JSON.parse(Buffer.from(encodeJsonContext(request)).toString('utf8'))).toEqual({
    method: 'POST',
    uri: '/a?b="c"',
    version: 'HTTP/1.1',
    source_ip: '192.0.2.7',
    headers: [
      ['Host', 'x'],
      ['X-Latin', 'caf\u00e9'],
      ['Host', 'y'],
    ],
    body_preview: 'na\u00efve',
  });
});

test('JSON context - a body that would not fit is cut, and the text stays JSON', () => {
  const encoded = encodeJsonContext(requestOf({ body: Buffer.alloc(131_072, 1) }));
  expect(encoded.length).toBeLessThanOrEqual(262_144);
  const { body_preview } = JSON.parse(Buffer.from(encoded).toString('utf8'));
  expect(body_preview.length).toBeGreaterThan(40_000);
  expect(new Set(body_preview)).toEqual(new Set(['\u0001']));
});

function caught(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
