import { ENGINE_MIN_PAGES } from '../../src/config/layout.gen.ts';
import { LIMITS } from '../../src/config/limits.ts';
import { I32, type ModuleSpec, op, wasmModule } from './builder.ts';

/** A module whose `inspect_request(ptr, len)` is the given body; parameters are locals 0 and 1. */
export function inspector(
  body: readonly number[],
  spec: Partial<ModuleSpec> & { readonly locals?: number } = {},
): Uint8Array<ArrayBuffer> {
  const { locals = 0, functions = [], ...rest } = spec;
  return wasmModule({
    ...rest,
    functions: [
      { export: 'inspect_request', parameters: [I32, I32], results: [I32], locals, body },
      ...functions,
    ],
  });
}

const FOREVER = op.loop(op.br(0));
const NOTHING = { parameters: [], results: [] };

/** Modules that answer the same action for every request. */
export const answering = (action: number): Uint8Array<ArrayBuffer> => inspector(op.i32(action));

/** Looks at each byte of the encoded request once, 19 instructions a byte, and does `onHit` at `byte`. */
const scanning = (byte: number, onHit: readonly number[]): Uint8Array<ArrayBuffer> =>
  inspector(
    [
      ...op.block(
        op.loop([
          ...[...op.localGet(2), ...op.localGet(1), ...op.eq, ...op.brIf(1)],
          ...[...op.localGet(0), ...op.localGet(2), ...op.add, ...op.load8],
          ...[...op.i32(byte), ...op.eq, ...op.when(onHit)],
          ...[...op.localGet(2), ...op.i32(1), ...op.add, ...op.localSet(2), ...op.br(0)],
        ]),
      ),
      ...op.i32(0),
    ],
    { locals: 1 },
  );

/** Blocks a request that contains a byte. */
export const blocksByte = (byte: number): Uint8Array<ArrayBuffer> =>
  scanning(byte, [...op.i32(1), ...op.return]);

/** Traps at a request that contains a byte, allows the others. */
export const trapsAtByte = (byte: number): Uint8Array<ArrayBuffer> =>
  scanning(byte, op.unreachable);

/** Grows its memory by a page with each request, up to its maximum, and traps when it cannot. */
export const leaking = (maxPages: number): Uint8Array<ArrayBuffer> =>
  inspector(
    [
      ...[...op.i32(1), ...op.memoryGrow, ...op.i32(-1), ...op.eq, ...op.when(op.unreachable)],
      ...op.i32(0),
    ],
    { memory: { min: 1, max: maxPages } },
  );

/** Blocks every second request; a fresh instance begins with Allow. */
export const alternating = (): Uint8Array<ArrayBuffer> =>
  inspector(
    [
      ...op.globalGet(0),
      ...op.i32(1),
      ...op.xor,
      ...op.globalSet(0),
      ...op.globalGet(0),
      ...op.eqz,
    ],
    {
      globals: [{ mutable: true, value: 0 }],
    },
  );

/** A stand-in for the engine: allows everything, can take a rule program. */
export const plainEngine = (spec: Partial<ModuleSpec> = {}): Uint8Array<ArrayBuffer> =>
  inspector(op.i32(0), {
    memory: { min: ENGINE_MIN_PAGES, max: LIMITS.artifact.max_memory_pages },
    ...spec,
  });

/** Modules that no node may run, or that must be cut off; each does one thing wrong. */
export const hostile = {
  action7: () => answering(7),
  endlessLoop: () => inspector([...FOREVER, ...op.i32(0)]),
  endlessBrTable: () =>
    inspector([...op.loop([...op.i32(0), ...op.brTable([0, 0], 0)]), ...op.i32(0)]),
  endlessStart: () =>
    inspector(op.i32(0), { functions: [{ ...NOTHING, body: FOREVER }], start: 1 }),
  trappingStart: () =>
    inspector(op.i32(0), { functions: [{ ...NOTHING, body: op.unreachable }], start: 1 }),
  trap: () => inspector(op.unreachable),
  recursion: () => inspector([...op.localGet(0), ...op.localGet(1), ...op.call(0)]),
  mutualRecursion: () =>
    inspector([...op.call(1), ...op.i32(0)], {
      functions: [
        { ...NOTHING, body: op.call(2) },
        { ...NOTHING, body: op.call(1) },
      ],
    }),
  tailRecursion: () => inspector([...op.localGet(0), ...op.localGet(1), ...op.returnCall(0)]),
  indirectRecursion: () =>
    inspector([...op.i32(0), ...op.callIndirect(1), ...op.i32(0)], {
      functions: [{ ...NOTHING, body: [...op.i32(0), ...op.callIndirect(1)] }],
      table: [1],
    }),
  fillLoop: () =>
    inspector([
      ...op.loop([...op.i32(0), ...op.i32(1), ...op.i32(65_536), ...op.memoryFill, ...op.br(0)]),
      ...op.i32(0),
    ]),
  copyLoop: () =>
    inspector([
      ...op.loop([...op.i32(0), ...op.i32(1), ...op.i32(60_000), ...op.memoryCopy, ...op.br(0)]),
      ...op.i32(0),
    ]),
  growLoop: () =>
    inspector([
      ...op.loop([...op.i32(0), ...op.memoryGrow, ...op.drop, ...op.br(0)]),
      ...op.i32(0),
    ]),
  tableGrow: () => inspector([0xd0, 0x70, ...op.i32(1), ...op.tableGrow], { tableMin: 1 }),
  missingExport: () => wasmModule({ functions: [{ ...NOTHING, body: [] }] }),
  wrongSignature: () =>
    wasmModule({ functions: [{ export: 'inspect_request', results: [I32], body: op.i32(0) }] }),
  missingMemoryExport: () => inspector(op.i32(0), { exportMemory: false }),
  importsAbort: () => inspector(op.i32(0), { imports: [{ module: 'env', name: 'abort' }] }),
  noMemory: () => inspector(op.i32(0), { memory: null }),
  noMemoryMaximum: () => inspector(op.i32(0), { memory: { min: 1, max: null } }),
  hugeMemory: () => inspector(op.i32(0), { memory: { min: 1, max: 65_536 } }),
  hugeTable: () => inspector(op.i32(0), { tableMin: 5_000_000 }),
  dataBeyondSection: () =>
    inspector(op.i32(0), {
      data: [{ offset: 0, bytes: new Uint8Array(4), claimedLength: 400 }],
    }),
  dataBeyondMemory: () =>
    inspector(op.i32(0), { data: [{ offset: 65_536 * 2, bytes: new Uint8Array(4) }] }),
  ownFuelExport: () =>
    inspector(op.i32(0), {
      globals: [{ mutable: true, value: 0 }],
      exportGlobals: [{ name: 'secbeat_fuel', index: 0 }],
    }),
  /** Writes to the global behind its last one, where metering keeps the fuel. */
  refillsFuel: () =>
    inspector([...op.loop([...op.i32(1_000_000), ...op.globalSet(0), ...op.br(0)]), ...op.i32(0)]),
  typeError: () => inspector(op.add),
} as const;
