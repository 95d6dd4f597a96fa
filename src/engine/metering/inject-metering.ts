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

/** Export name of the i32 global that holds what a module may still execute. */
export const FUEL_EXPORT = 'secbeat_fuel';

const EXPORT_GLOBAL = 0x03;
const MUTABLE_I32 = [0x7f, 0x01];

/**
 * A copy of a module that pays for every instruction out of the exported global `secbeat_fuel` and
 * traps when that falls below zero. V8 has no fuel of its own.
 *
 * Three functions, three types and one global are appended, so nothing is renumbered; imports are not
 * allowed anyway. The original must be valid first: otherwise its code could name the indexes that
 * only exist after the injection, and fill up its own tank. Custom sections are left out.
 *
 * `startFuel` is what the start function may use. Throws `EngineError` or `ArtifactError`.
 */
export function injectMetering(
  bytes: Uint8Array<ArrayBuffer>,
  startFuel: number,
): Uint8Array<ArrayBuffer> {
  assertValid(bytes);
  const sections = readSections(bytes).filter(({ id }) => id !== SECTION.custom);
  const count = (id: number) => {
    const section = findSection(sections, id);
    return section === undefined ? 0 : contentReader(bytes, section).u32();
  };
  const firstType = count(SECTION.type);
  const firstFunction = count(SECTION.function);
  const fuel = count(SECTION.global);
  assertFuelNameFree(bytes, findSection(sections, SECTION.export));

  const calls = {
    fixed: encodeCall(firstFunction),
    bulk: encodeCall(firstFunction + 1),
    grow: encodeCall(firstFunction + 2),
  };
  const additions = new Map<number, Uint8Array[]>([
    [SECTION.type, [...CHARGE_TYPES]],
    [SECTION.function, [0, 1, 1].map((type) => Uint8Array.from(encodeU32(firstType + type)))],
    [
      SECTION.global,
      [concat([MUTABLE_I32, [OPCODE.i32Const], encodeI32(startFuel), [OPCODE.end]])],
    ],
    [SECTION.export, [concat([encodeName(FUEL_EXPORT), [EXPORT_GLOBAL], encodeU32(fuel)])]],
    [SECTION.code, [chargeFixed(fuel), chargeBulk(firstFunction), chargeGrow(firstFunction)]],
  ]);
  const parts = SECTION_ORDER.map((id) => {
    const section = findSection(sections, id);
    const added = additions.get(id);
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

function assertFuelNameFree(bytes: Uint8Array, section: WasmSection | undefined): void {
  if (section === undefined) return;
  const reader = contentReader(bytes, section);
  for (let left = reader.u32(); left > 0; left--) {
    if (reader.name() === FUEL_EXPORT) {
      throw new EngineError(
        'WAF_ERR_ENGINE_FUEL_EXPORT',
        `Invalid WASM module: the export name ${FUEL_EXPORT} is reserved`,
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
