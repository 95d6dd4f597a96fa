import { invalidModule } from './artifact-error.ts';
import type { ByteReader } from './byte-reader.ts';
import { checkDataSegments } from './data-segments.ts';
import { contentReader, findSection, SECTION, type WasmSection } from './wasm-sections.ts';

/** What a host must know of a module before it lets V8 compile it. */
export interface ModuleShape {
  /** Pages of 64 KiB; `max` is null when the module declares none. */
  readonly memory: { readonly min: number; readonly max: number | null };
  /** Elements all tables have at the start. */
  readonly tableEntries: number;
  readonly hasStart: boolean;
}

const EXPORT_FUNCTION = 0;
const EXPORT_MEMORY = 2;
const FUNCTION_TYPE = 0x60;
const I32 = 0x7f;

/**
 * Reads memory, tables and exports, and refuses what no host of ours would run: imports, other than
 * one memory, a missing or mistyped export. Vectors are walked, never collected: linear in the bytes.
 */
export function readModuleShape(bytes: Uint8Array, sections: readonly WasmSection[]): ModuleShape {
  const open = (id: number): ByteReader | undefined => {
    const section = findSection(sections, id);
    return section && contentReader(bytes, section);
  };
  refuseImports(open(SECTION.import));
  const memory = readMemory(open(SECTION.memory));
  const tableEntries = readTables(open(SECTION.table));
  const inspect = findExports(open(SECTION.export));
  if (!hasAbiType(open(SECTION.type), typeIndexOf(open(SECTION.function), inspect))) {
    throw invalidModule(
      'WAF_ERR_ARTIFACT_EXPORTS',
      'inspect_request must be a function (i32, i32) -> i32',
    );
  }
  const data = open(SECTION.data);
  if (data !== undefined) checkDataSegments(data);
  return { memory, tableEntries, hasStart: findSection(sections, SECTION.start) !== undefined };
}

function refuseImports(reader: ByteReader | undefined): void {
  if (reader === undefined || reader.vectorLength() === 0) return;
  const offset = reader.position;
  const name = `${reader.name()}.${reader.name()}`;
  throw invalidModule('WAF_ERR_ARTIFACT_IMPORTS', `imports are not allowed (${name})`, offset);
}

function readMemory(reader: ByteReader | undefined): ModuleShape['memory'] {
  const count = reader === undefined ? 0 : reader.vectorLength();
  if (reader === undefined || count !== 1) {
    throw invalidModule('WAF_ERR_ARTIFACT_MEMORY', `exactly one memory is needed, found ${count}`);
  }
  const flags = reader.u8();
  if (flags > 1) {
    throw invalidModule(
      'WAF_ERR_ARTIFACT_MEMORY',
      'shared and 64-bit memories are not allowed',
      reader.position - 1,
    );
  }
  return { min: reader.u32(), max: flags === 1 ? reader.u32() : null };
}

function readTables(reader: ByteReader | undefined): number {
  let entries = 0;
  const count = reader === undefined ? 0 : reader.vectorLength();
  for (let index = 0; reader !== undefined && index < count; index++) {
    const elementType = reader.u8();
    const flags = reader.u8();
    if (elementType < 0x64 || flags > 1) {
      throw invalidModule(
        'WAF_ERR_ARTIFACT_MALFORMED',
        `unsupported table type at offset ${reader.position - 2}`,
        reader.position - 2,
      );
    }
    entries += reader.u32();
    if (flags === 1) reader.skipLeb(32);
  }
  return entries;
}

/** Checks that both ABI exports are there; the function index of `inspect_request`. */
function findExports(reader: ByteReader | undefined): number {
  let inspect: number | undefined;
  let memory = false;
  const count = reader === undefined ? 0 : reader.vectorLength();
  for (let index = 0; reader !== undefined && index < count; index++) {
    const name = reader.name();
    const kind = reader.u8();
    const target = reader.u32();
    if (name === 'inspect_request' && kind === EXPORT_FUNCTION) inspect = target;
    if (name === 'memory' && kind === EXPORT_MEMORY) memory = true;
  }
  if (inspect === undefined) {
    throw invalidModule('WAF_ERR_ARTIFACT_EXPORTS', 'missing inspect_request export');
  }
  if (!memory) throw invalidModule('WAF_ERR_ARTIFACT_EXPORTS', 'missing memory export');
  return inspect;
}

function typeIndexOf(reader: ByteReader | undefined, functionIndex: number): number {
  const count = reader === undefined ? 0 : reader.vectorLength();
  if (reader === undefined || functionIndex >= count) return -1;
  for (let index = 0; index < functionIndex; index++) reader.skipLeb(32);
  return reader.u32();
}

function hasAbiType(reader: ByteReader | undefined, typeIndex: number): boolean {
  const count = reader === undefined ? 0 : reader.vectorLength();
  if (reader === undefined || typeIndex < 0 || typeIndex >= count) return false;
  for (let index = 0; index < typeIndex; index++) readFunctionType(reader);
  const { parameters, results } = readFunctionType(reader);
  return (
    parameters.length === 2 &&
    results.length === 1 &&
    parameters.every((type) => type === I32) &&
    results[0] === I32
  );
}

function readFunctionType(reader: ByteReader): { parameters: Uint8Array; results: Uint8Array } {
  const offset = reader.position;
  if (reader.u8() !== FUNCTION_TYPE) {
    throw invalidModule(
      'WAF_ERR_ARTIFACT_MALFORMED',
      `unsupported type at offset ${offset}`,
      offset,
    );
  }
  const parameters = reader.take(reader.vectorLength());
  const results = reader.take(reader.vectorLength());
  return { parameters, results };
}
