import {
  concat,
  encodeCustomSection,
  encodeI32,
  encodeName,
  encodeSection,
  encodeU32,
} from '../../src/artifact/byte-writer.ts';
import { SECTION, WASM_HEADER } from '../../src/artifact/wasm-sections.ts';

/** Just enough of an assembler to write small modules by hand; it checks nothing, on purpose. */
export interface ModuleSpec {
  /** `max: null`: none declared. `memory: null`: no memory section. */
  readonly memory?: { readonly min: number; readonly max: number | null } | null;
  readonly imports?: readonly { readonly module: string; readonly name: string }[];
  readonly functions: readonly FunctionSpec[];
  readonly globals?: readonly { readonly mutable: boolean; readonly value: number }[];
  /** Elements of one funcref table, filled from index 0. */
  readonly table?: readonly number[];
  readonly tableMin?: number;
  /** Function index. */
  readonly start?: number;
  readonly data?: readonly DataSpec[];
  readonly dataCount?: boolean;
  /** Further exports beside `memory` and the functions that carry an `export` name. */
  readonly exportGlobals?: readonly { readonly name: string; readonly index: number }[];
  readonly exportMemory?: boolean;
  readonly custom?: readonly { readonly name: string; readonly payload: Uint8Array }[];
}

export interface FunctionSpec {
  readonly export?: string;
  readonly parameters?: readonly number[];
  readonly results?: readonly number[];
  /** Number of i32 locals. */
  readonly locals?: number;
  /** Instructions without the final `end`. */
  readonly body: readonly number[];
}

export interface DataSpec {
  /** undefined: passive. */
  readonly offset?: number;
  readonly bytes: Uint8Array;
  /** What the segment claims to hold; default: what it holds. */
  readonly claimedLength?: number;
}

export const I32 = 0x7f;
export const I64 = 0x7e;
export const V128 = 0x7b;

/** The bytes of a module. Each function has its own type; function 0 has type 0, and so on. */
export function wasmModule(spec: ModuleSpec): Uint8Array<ArrayBuffer> {
  const { functions, globals = [], imports = [], memory = { min: 1, max: 4 }, data } = spec;
  const sections: (Uint8Array | undefined)[] = [
    encodeSection(SECTION.type, vector(functions.map(functionType))),
    imports.length > 0
      ? encodeSection(SECTION.import, vector(imports.map(importEntry)))
      : undefined,
    encodeSection(SECTION.function, vector(functions.map((_, index) => encodeU32(index)))),
    spec.table || spec.tableMin
      ? encodeSection(
          SECTION.table,
          vector([[0x70, 0x00, ...encodeU32(spec.tableMin ?? spec.table!.length)]]),
        )
      : undefined,
    memory === null ? undefined : encodeSection(SECTION.memory, vector([memoryType(memory)])),
    globals.length > 0
      ? encodeSection(SECTION.global, vector(globals.map(globalEntry)))
      : undefined,
    encodeSection(SECTION.export, vector(exportEntries(spec))),
    spec.start === undefined
      ? undefined
      : encodeSection(SECTION.start, Uint8Array.from(encodeU32(spec.start))),
    spec.table
      ? encodeSection(
          SECTION.element,
          vector([
            concat([[0x00, 0x41, 0x00, 0x0b], vector(spec.table.map((index) => encodeU32(index)))]),
          ]),
        )
      : undefined,
    spec.dataCount
      ? encodeSection(SECTION.dataCount, Uint8Array.from(encodeU32(data?.length ?? 0)))
      : undefined,
    encodeSection(SECTION.code, vector(functions.map(functionBody))),
    data === undefined ? undefined : encodeSection(SECTION.data, vector(data.map(dataSegment))),
    ...(spec.custom ?? []).map(({ name, payload }) => encodeCustomSection(name, payload)),
  ];
  return concat([WASM_HEADER, ...sections.filter((section) => section !== undefined)]);
}

/** Instructions, by their names in the specification. */
export const op = {
  unreachable: [0x00],
  nop: [0x01],
  block: (body: readonly number[]) => [0x02, 0x40, ...body, 0x0b],
  loop: (body: readonly number[]) => [0x03, 0x40, ...body, 0x0b],
  when: (then: readonly number[], otherwise?: readonly number[]) =>
    otherwise ? [0x04, 0x40, ...then, 0x05, ...otherwise, 0x0b] : [0x04, 0x40, ...then, 0x0b],
  br: (depth: number) => [0x0c, ...encodeU32(depth)],
  brIf: (depth: number) => [0x0d, ...encodeU32(depth)],
  brTable: (depths: readonly number[], fallback: number) => [
    0x0e,
    ...encodeU32(depths.length),
    ...depths.flatMap((depth) => encodeU32(depth)),
    ...encodeU32(fallback),
  ],
  return: [0x0f],
  call: (index: number) => [0x10, ...encodeU32(index)],
  callIndirect: (type: number) => [0x11, ...encodeU32(type), 0x00],
  returnCall: (index: number) => [0x12, ...encodeU32(index)],
  drop: [0x1a],
  localGet: (index: number) => [0x20, ...encodeU32(index)],
  localSet: (index: number) => [0x21, ...encodeU32(index)],
  localTee: (index: number) => [0x22, ...encodeU32(index)],
  globalGet: (index: number) => [0x23, ...encodeU32(index)],
  globalSet: (index: number) => [0x24, ...encodeU32(index)],
  load8: [0x2d, 0x00, 0x00],
  load32: [0x28, 0x02, 0x00],
  store32: [0x36, 0x02, 0x00],
  memorySize: [0x3f, 0x00],
  memoryGrow: [0x40, 0x00],
  i32: (value: number) => [0x41, ...encodeI32(value)],
  eqz: [0x45],
  eq: [0x46],
  ltU: [0x49],
  add: [0x6a],
  sub: [0x6b],
  mul: [0x6c],
  and: [0x71],
  xor: [0x73],
  memoryCopy: [0xfc, 0x0a, 0x00, 0x00],
  memoryFill: [0xfc, 0x0b, 0x00],
  memoryInit: (segment: number) => [0xfc, 0x08, ...encodeU32(segment), 0x00],
  tableGrow: [0xfc, 0x0f, 0x00],
} as const;

function vector(entries: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  return concat([encodeU32(entries.length), ...entries]);
}

function functionType({ parameters = [], results = [] }: FunctionSpec): Uint8Array {
  return concat([
    [0x60],
    encodeU32(parameters.length),
    parameters,
    encodeU32(results.length),
    results,
  ]);
}

function importEntry({ module, name }: { module: string; name: string }): Uint8Array {
  return concat([encodeName(module), encodeName(name), [0x00, 0x00]]);
}

function memoryType({ min, max }: { min: number; max: number | null }): number[] {
  return max === null ? [0x00, ...encodeU32(min)] : [0x01, ...encodeU32(min), ...encodeU32(max)];
}

function globalEntry({ mutable, value }: { mutable: boolean; value: number }): number[] {
  return [I32, mutable ? 1 : 0, 0x41, ...encodeI32(value), 0x0b];
}

function exportEntries(spec: ModuleSpec): Uint8Array[] {
  const entry = (name: string, kind: number, index: number) =>
    concat([encodeName(name), [kind], encodeU32(index)]);
  const shift = spec.imports?.length ?? 0;
  const functions = spec.functions.flatMap((each, index) =>
    each.export === undefined ? [] : [entry(each.export, 0, index + shift)],
  );
  const memory = spec.exportMemory === false || spec.memory === null ? [] : [entry('memory', 2, 0)];
  const globals = (spec.exportGlobals ?? []).map(({ name, index }) => entry(name, 3, index));
  return [...memory, ...functions, ...globals];
}

function functionBody({ locals = 0, body }: FunctionSpec): Uint8Array {
  const declared = locals > 0 ? [1, ...encodeU32(locals), I32] : [0];
  const code = concat([declared, body, [0x0b]]);
  return concat([encodeU32(code.length), code]);
}

function dataSegment({ offset, bytes, claimedLength }: DataSpec): Uint8Array {
  const head = offset === undefined ? [0x01] : [0x00, 0x41, ...encodeI32(offset), 0x0b];
  return concat([head, encodeU32(claimedLength ?? bytes.length), bytes]);
}
