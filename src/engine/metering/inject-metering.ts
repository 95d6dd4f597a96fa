import type { ByteReader } from '../../artifact/byte-reader.ts';
import {
  concat,
  encodeI32,
  encodeName,
  encodeSection,
  encodeU32,
} from '../../artifact/byte-writer.ts';
import {
  contentReader,
  findSection,
  readSections,
  SECTION,
  SECTION_ORDER,
  WASM_HEADER,
  type WasmSection,
} from '../../artifact/wasm-sections.ts';
import { EngineError } from '../engine-error.ts';
import { CHARGE_TYPES, chargeBulk, chargeFixed, chargeGrow } from './charge-functions.ts';
import { type Charge, planCharges } from './plan-charges.ts';
import { OPCODE } from './skip-immediates.ts';

/** Export name of the i32 global that holds what a module may still execute; it begins empty. */
export const FUEL_EXPORT = 'secbeat_fuel';
/** Export name of the start function, which then no longer runs by itself. */
export const START_EXPORT = 'secbeat_start';

const EXPORT_FUNCTION = 0x00;
const EXPORT_GLOBAL = 0x03;
/** `(mut i32) (i32.const 0)` */
const EMPTY_TANK = Uint8Array.of(0x7f, 0x01, OPCODE.i32Const, 0x00, OPCODE.end);

/**
 * A copy of a module that pays for every instruction out of the exported global `secbeat_fuel` and
 * traps when that falls below zero. V8 has no fuel of its own.
 *
 * Three functions, three types and one global are appended, so nothing is renumbered; imports are not
 * allowed anyway. The original must be valid first: otherwise its code could name the indexes that
 * only exist after the injection, and fill up its own tank. The start function becomes an export, so
 * that the host can fill the tank before it and ask for the rest after it. Custom sections are left out.
 *
 * Throws `EngineError` or `ArtifactError`.
 */
export function injectMetering(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  assertValid(bytes);
  const sections = readSections(bytes).filter(({ id }) => id !== SECTION.custom);
  const firstNumber = (id: number) => {
    const section = findSection(sections, id);
    return section && contentReader(bytes, section).u32();
  };
  const count = (id: number) => firstNumber(id) ?? 0;
  if (count(SECTION.import) > 0) {
    throw new EngineError(
      'WAF_ERR_ENGINE_MODULE_INVALID',
      'Invalid WASM module: imports are not allowed',
    );
  }
  assertNamesFree(bytes, findSection(sections, SECTION.export));

  const firstType = count(SECTION.type);
  const firstFunction = count(SECTION.function);
  const fuel = count(SECTION.global);
  const start = firstNumber(SECTION.start);
  const calls = {
    fixed: encodeCall(firstFunction),
    bulk: encodeCall(firstFunction + 1),
    grow: encodeCall(firstFunction + 2),
  };
  const additions = new Map<number, readonly Uint8Array[]>([
    [SECTION.type, CHARGE_TYPES],
    [SECTION.function, [0, 1, 1].map((type) => Uint8Array.from(encodeU32(firstType + type)))],
    [SECTION.global, [EMPTY_TANK]],
    [
      SECTION.export,
      [
        encodeExport(FUEL_EXPORT, EXPORT_GLOBAL, fuel),
        ...(start === undefined ? [] : [encodeExport(START_EXPORT, EXPORT_FUNCTION, start)]),
      ],
    ],
    [SECTION.code, [chargeFixed(fuel), chargeBulk(firstFunction), chargeGrow(firstFunction)]],
  ]);
  const parts = SECTION_ORDER.map((id) => {
    const section = findSection(sections, id);
    const added = additions.get(id);
    if (id === SECTION.start) return [];
    if (added === undefined) return section ? bytes.subarray(section.offset, section.end) : [];
    if (section === undefined) return extendedSection(id, 0, [], added);
    const reader = contentReader(bytes, section);
    const length = reader.u32();
    const entries =
      id === SECTION.code
        ? meteredBodies(reader, length, calls)
        : [bytes.subarray(reader.position, section.end)];
    return extendedSection(id, length, entries, added);
  });
  return concat([WASM_HEADER, ...parts]);
}

function assertValid(bytes: Uint8Array<ArrayBuffer>): void {
  if (WebAssembly.validate(bytes)) return;
  try {
    new WebAssembly.Module(bytes);
  } catch (cause) {
    const what = (cause as Error).message.replace(/^WebAssembly\.Module\(\): /, '');
    throw new EngineError('WAF_ERR_ENGINE_MODULE_INVALID', `Invalid WASM module: ${what}`, {
      cause,
    });
  }
}

function assertNamesFree(bytes: Uint8Array, section: WasmSection | undefined): void {
  if (section === undefined) return;
  const reader = contentReader(bytes, section);
  for (let left = reader.u32(); left > 0; left--) {
    const name = reader.name();
    if (name === FUEL_EXPORT || name === START_EXPORT) {
      throw new EngineError(
        'WAF_ERR_ENGINE_RESERVED_EXPORT',
        `Invalid WASM module: the export name ${name} is reserved`,
      );
    }
    reader.skip(1);
    reader.skipLeb(32);
  }
}

function extendedSection(
  id: number,
  length: number,
  entries: readonly Uint8Array[],
  added: readonly Uint8Array[],
): Uint8Array {
  return encodeSection(id, concat([encodeU32(length + added.length), ...entries, ...added]));
}

type Calls = Readonly<Record<Charge['kind'], readonly number[]>>;

function meteredBodies(reader: ByteReader, length: number, calls: Calls): Uint8Array[] {
  return Array.from({ length }, () => {
    const body = reader.window(reader.u32());
    return meteredBody(body, calls);
  });
}

/** The function body with its size in front, and the charges put in. */
function meteredBody(body: ByteReader, calls: Calls): Uint8Array {
  const { bytes, position: start, end } = body;
  const locals = skipLocals(body);
  const parts: ArrayLike<number>[] = [];
  let copied = start;
  for (const charge of planCharges(bytes, body.position, end, locals)) {
    parts.push(bytes.subarray(copied, charge.offset));
    if (charge.kind === 'fixed') parts.push([OPCODE.i32Const, ...encodeI32(charge.cost)]);
    parts.push(calls[charge.kind]);
    copied = charge.offset;
  }
  parts.push(bytes.subarray(copied, end));
  const code = concat(parts);
  return concat([encodeU32(code.length), code]);
}

/** Passes over the local declarations; the number of locals. */
function skipLocals(body: ByteReader): number {
  let locals = 0;
  for (let left = body.vectorLength(); left > 0; left--) {
    locals += body.u32();
    body.skipLeb(33);
  }
  return locals;
}

function encodeCall(functionIndex: number): number[] {
  return [OPCODE.call, ...encodeU32(functionIndex)];
}

function encodeExport(name: string, kind: number, index: number): Uint8Array {
  return concat([encodeName(name), [kind], encodeU32(index)]);
}
