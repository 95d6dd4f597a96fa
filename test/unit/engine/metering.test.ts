import binaryen from 'binaryen';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FUEL_EXPORT, injectMetering } from '../../../src/engine/metering/inject-metering.ts';
import { op } from '../../wasm-fixtures/builder.ts';
import {
  emitProgram,
  MAX_DEPTH,
  NAMED_LOCALS,
  programs,
  runProgram,
} from '../../wasm-fixtures/counted-program.ts';
import { answering, blocksByte, hostile, inspector } from '../../wasm-fixtures/fixtures.ts';

const PLENTY = 1_000_000_000;

test('metering - results stay the same, and no instruction is free', () => {
  let loops = 0;
  fc.assert(
    fc.property(programs(), fc.integer(), fc.integer(), (program, first, second) => {
      const locals = NAMED_LOCALS - 2 + MAX_DEPTH + 1;
      const bytes = inspector(emitProgram(program), { locals });
      const machine = {
        locals: Int32Array.of(first, second, 0, 0),
        memory: new Int32Array(16_384),
        executed: 0,
      };
      const expected = runProgram(program, machine);
      const plain = run(bytes, first, second);
      const metered = run(injectMetering(bytes), first, second);
      expect(plain.result).toBe(expected);
      expect(metered.result).toBe(expected);
      expect(Buffer.compare(memoryOf(metered.exports), memoryOf(plain.exports))).toBe(0);
      const used = PLENTY - metered.fuel;
      expect(used).toBeGreaterThanOrEqual(machine.executed + locals);
      // Without branches every region that is entered is executed whole: the price is exact.
      if (!JSON.stringify(program).includes('branch')) {
        expect(used).toBe(machine.executed + locals);
        if (JSON.stringify(program).includes('repeat')) loops++;
      }
    }),
    { numRuns: 300 },
  );
  expect(loops).toBeGreaterThan(10);
});

const prices: [string, () => Uint8Array<ArrayBuffer>, number, number][] = [
  ['a constant answer', () => answering(0), 10, 2],
  ['a loop that ends at once', () => blocksByte(1), 0, 7 + 19],
  ['a loop of 10 iterations', () => blocksByte(1), 10, 7 + 19 * 11],
  [
    'a fill of 800 bytes',
    () => inspector([...op.i32(0), ...op.i32(0), ...op.i32(800), ...op.memoryFill, ...op.i32(0)]),
    0,
    6 + 101,
  ],
  [
    'a copy of nothing',
    () => inspector([...op.i32(0), ...op.i32(0), ...op.i32(0), ...op.memoryCopy, ...op.i32(0)]),
    0,
    6 + 1,
  ],
  ['a growth by 2 pages', () => inspector([...op.i32(2), ...op.memoryGrow]), 0, 3 + 514],
  [
    'a growth that must fail',
    () => inspector([...op.i32(-1), ...op.memoryGrow]),
    0,
    3 + 512 + 65_536,
  ],
  [
    'two calls',
    () =>
      inspector([...op.call(1), ...op.call(1), ...op.i32(0)], { functions: [{ body: op.nop }] }),
    0,
    4 + 2 + 2,
  ],
  ['a function with 100 locals', () => inspector(op.i32(0), { locals: 100 }), 0, 102],
];

test.each(prices)('metering - charges for %s', (_, module, length, price) => {
  expect(PLENTY - run(injectMetering(module()), 0, length).fuel).toBe(price);
});

test('metering - the table of prices is complete', () => {
  expect(prices).toHaveLength(9);
});

const bombs = [
  'endlessLoop',
  'endlessBrTable',
  'tailRecursion',
  'recursion',
  'mutualRecursion',
  'indirectRecursion',
  'fillLoop',
  'copyLoop',
  'growLoop',
] as const;

test.each(bombs)('metering - %s is cut off', (name) => {
  const fuelLimit = 10_000;
  const { exports, fuel } = instantiate(injectMetering(hostile[name]()));
  fuel.value = fuelLimit;
  expect(() => (exports.inspect_request as (p: number, l: number) => void)(0, 0)).toThrow();
  expect(fuel.value).toBeLessThan(0);
});

test('metering - an endless start function becomes an export that is cut off', () => {
  const { exports, fuel } = instantiate(injectMetering(hostile.endlessStart()));
  fuel.value = 1000;
  expect(() => (exports.secbeat_start as () => void)()).toThrow('unreachable');
  expect(fuel.value).toBeLessThan(0);
});

const refusals = [
  ['tableGrow', 'UNSUPPORTED_OPCODE', 'unsupported instruction 0xfc 0x0f at offset 72'],
  ['ownFuelExport', 'RESERVED_EXPORT', 'the export name secbeat_fuel is reserved'],
  ['importsAbort', 'MODULE_INVALID', 'imports are not allowed'],
  ['refillsFuel', 'MODULE_INVALID', 'Invalid global index'],
  ['typeError', 'MODULE_INVALID', 'not enough arguments'],
  ['dataBeyondSection', 'MODULE_INVALID', 'expected 400 bytes'],
] as const;

test.each(refusals)('metering - refuses %s', (name, code, text) => {
  expect(() => injectMetering(hostile[name]())).toThrow(
    expect.objectContaining({
      code: `WAF_ERR_ENGINE_${code}`,
      message: expect.stringContaining(text),
    }),
  );
});

test('metering - atomics are refused with their offset', () => {
  const module = inspector([...op.i32(0), 0xfe, 0x10, 0x02, 0x00]);
  expect(() => injectMetering(module)).toThrow(/unsupported instruction 0xfe at offset \d+/);
});

test('metering - damaged modules are refused or metered, never half of each', () => {
  const originals = [blocksByte(1), featureModule(), hostile.indirectRecursion()];
  let metered = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...originals),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 2 }),
      (original, changes) => {
        const mutant = original.slice();
        for (const [position, value] of changes) mutant[position % mutant.length] = value;
        try {
          expect(WebAssembly.validate(injectMetering(mutant))).toBe(true);
          metered++;
        } catch (error) {
          expect((error as { code?: string }).code).toMatch(/^WAF_ERR_(ENGINE|ARTIFACT)_/);
        }
      },
    ),
    { numRuns: 3000 },
  );
  expect(metered).toBeGreaterThan(100);
});

test('metering - understands SIMD, bulk memory, references, tail calls and multi-value', () => {
  const bytes = featureModule();
  const results = [0, 1, 2, 3, 7].map((input) => {
    const metered = run(injectMetering(bytes), input, 5);
    expect(metered.result).toBe(run(bytes, input, 5).result);
    expect(metered.fuel).toBeLessThan(PLENTY);
    return metered.result;
  });
  expect(new Set(results).size).toBeGreaterThan(1);
});

const { Features } = binaryen;
const FEATURE_FLAGS =
  Features.MutableGlobals |
  Features.SignExt |
  Features.NontrappingFPToInt |
  Features.Multivalue |
  Features.BulkMemory |
  Features.BulkMemoryOpt |
  Features.ReferenceTypes |
  Features.TailCall |
  Features.SIMD128;
const FEATURES = `(module
  (memory (export "memory") 1 2)
  (table $t 4 8 funcref)
  (global $g (mut i64) (i64.const 9))
  (data $d "hello world")
  (data (i32.const 64) "active")
  (elem $e func $one $two)
  (elem declare func $one)
  (func $one (result i32) (i32.const 1))
  (func $two (result i32) (i32.const 2))
  (func $pair (param i32) (result i32 i64) (local.get 0) (global.get $g))
  (func $tail (param i32 i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
    (return_call $tail (i32.sub (local.get 0) (i32.const 1)) (i32.add (local.get 1) (i32.const 3))))
  (func (export "inspect_request") (param i32 i32) (result i32)
    (local $v v128) (local $f f64) (local $s f32)
    (memory.init $d (i32.const 0) (i32.const 0) (i32.const 11))
    (data.drop $d)
    (memory.copy (i32.const 32) (i32.const 0) (i32.const 11))
    (memory.fill (i32.const 100) (local.get 0) (i32.const 9))
    (table.init $t $e (i32.const 0) (i32.const 0) (i32.const 2))
    (elem.drop $e)
    (table.copy $t $t (i32.const 2) (i32.const 0) (i32.const 2))
    (table.set $t (i32.const 1) (ref.func $one))
    (table.fill $t (i32.const 3) (ref.null func) (i32.const 1))
    (local.set $v (v128.const i32x4 1 2 3 4))
    (local.set $v (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $v) (i32x4.splat (local.get 0))))
    (local.set $v (i32x4.replace_lane 2 (local.get $v) (local.get 1)))
    (local.set $v (v128.load32_lane offset=4 2 (i32.const 0) (local.get $v)))
    (local.set $v (i32x4.add (local.get $v) (v128.load64_zero (i32.const 32))))
    (local.set $v (i8x16.swizzle (local.get $v) (v128.load8x8_s (i32.const 100))))
    (v128.store (i32.const 200) (local.get $v))
    (local.set $f (f64.const 1e300))
    (local.set $s (f32.const -0.5))
    (i64.store (i32.const 8) (i64.extend8_s (i64.trunc_sat_f64_s (local.get $f))))
    (block $c (block $b (block $a (br_table $a $b $c (local.get 0)))
      (drop (i32.trunc_sat_f32_u (local.get $s))) (br $c))
      (call $pair (i32.const 4)) (drop) (drop))
    (i32.extend8_s (i32.xor
      (call $tail (i32.const 5) (i32x4.extract_lane 1 (local.get $v)))
      (i32.add
        (select (result i32) (ref.is_null (table.get $t (i32.const 3))) (i32.const 6) (local.get 0))
        (i32.add (call_indirect $t (result i32) (i32.const 2)) (i32.add (table.size $t) (memory.size))))))))`;

function featureModule(): Uint8Array<ArrayBuffer> {
  const module = binaryen.parseText(FEATURES);
  module.setFeatures(FEATURE_FLAGS);
  expect(module.validate()).toBe(1);
  const bytes = new Uint8Array(module.emitBinary());
  module.dispose();
  return bytes;
}

function instantiate(bytes: Uint8Array<ArrayBuffer>) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  return { exports, fuel: exports[FUEL_EXPORT] as WebAssembly.Global };
}

function run(bytes: Uint8Array<ArrayBuffer>, pointer: number, length: number) {
  const { exports, fuel } = instantiate(bytes);
  if (fuel !== undefined) fuel.value = PLENTY;
  const inspect = exports.inspect_request as (pointer: number, length: number) => number;
  return { exports, result: inspect(pointer, length), fuel: fuel?.value };
}

function memoryOf(exports: WebAssembly.Exports): Uint8Array {
  return new Uint8Array((exports.memory as WebAssembly.Memory).buffer);
}
