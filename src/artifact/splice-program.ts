import { ENGINE_MIN_PAGES, PROGRAM_BASE } from '../config/layout.gen.ts';
import { ArtifactError, invalidModule } from './artifact-error.ts';
import type { ByteReader } from './byte-reader.ts';
import { concat, encodeI32, encodeSection, encodeU32 } from './byte-writer.ts';
import { skipDataSegment } from './data-segments.ts';
import {
  contentReader,
  findSection,
  readSections,
  SECTION,
  WASM_HEADER,
  type WasmSection,
} from './wasm-sections.ts';

/**
 * The engine is compiled once; a rule program becomes part of it as one more data segment:
 *
 *   memory section      min := pages that hold PROGRAM_BASE + program (max unchanged)
 *   data count section  count + 1, when there is one
 *   data section        … existing segments … | 00 | i32.const PROGRAM_BASE end | length | program
 *
 * Only shortest-form numbers are accepted in what is rewritten, so the way back is exact:
 * `unspliceProgram(spliceProgram(e, p))` gives e and p again, and
 * `spliceProgram(unspliceProgram(x))` gives x, byte by byte.
 */
const PAGE = 65_536;
const SEGMENT_HEAD = Uint8Array.of(0x00, 0x41, ...encodeI32(PROGRAM_BASE), 0x0b);

/** A self-contained module: the engine with the program at PROGRAM_BASE. */
export function spliceProgram(engine: Uint8Array, program: Uint8Array): Uint8Array<ArrayBuffer> {
  const { sections, memory } = readEngineParts(engine);
  if (memory.min !== ENGINE_MIN_PAGES) {
    throw notSpliceable(`memory begins with ${memory.min} pages, not ${ENGINE_MIN_PAGES}`);
  }
  const pages = pagesFor(program);
  if (pages > memory.max) {
    throw notSpliceable(`a program of ${program.length} bytes needs ${pages} pages of memory`);
  }
  const segment = concat([SEGMENT_HEAD, encodeU32(program.length), program]);
  const dataSection = findSection(sections, SECTION.data);
  const parts = sections.map((section) => {
    if (section.id === SECTION.memory) return memorySection(pages, memory.max);
    if (section.id === SECTION.dataCount) return dataCountSection(engine, section, 1);
    if (section.id === SECTION.data) return dataSectionWith(engine, section, segment);
    return engine.subarray(section.offset, section.end);
  });
  if (dataSection === undefined) {
    const place = sections.findLastIndex((section) => section.id !== SECTION.custom) + 1;
    parts.splice(place, 0, encodeSection(SECTION.data, concat([encodeU32(1), segment])));
  }
  return concat([WASM_HEADER, ...parts]);
}

/** Takes a spliced module (without manifest and signature) apart again. */
export function unspliceProgram(module: Uint8Array): {
  readonly engine: Uint8Array<ArrayBuffer>;
  readonly program: Uint8Array;
} {
  const { sections, memory } = readEngineParts(module);
  const place = sections.findIndex((section) => section.id === SECTION.data);
  const data = sections[place];
  if (data === undefined) throw noProgram('there is no data section');
  const { count, lastOffset, program } = lastSegment(module, data);
  if (memory.min !== pagesFor(program))
    throw noProgram('the memory minimum is not that of a splice');
  if (count === 1 && sections[place - 1]?.id === SECTION.custom) {
    throw noProgram('the data section is not where a splice puts it');
  }
  const parts = sections.map((section) => {
    if (section.id === SECTION.memory) return memorySection(ENGINE_MIN_PAGES, memory.max);
    if (section.id === SECTION.dataCount) return dataCountSection(module, section, -1);
    if (section !== data) return module.subarray(section.offset, section.end);
    return count === 1 ? [] : dataSectionBefore(module, section, lastOffset);
  });
  return { engine: concat([WASM_HEADER, ...parts]), program };
}

function readEngineParts(module: Uint8Array): {
  sections: WasmSection[];
  memory: { min: number; max: number };
} {
  const sections = readSections(module);
  const section = findSection(sections, SECTION.memory);
  if (section === undefined) throw notSpliceable('there is no memory');
  const reader = contentReader(module, section);
  if (reader.u32() !== 1 || reader.u8() !== 1) {
    throw notSpliceable('it needs one memory with a declared maximum');
  }
  const memory = { min: reader.u32(), max: reader.u32() };
  assertShortest(module, section, memorySection(memory.min, memory.max));
  return { sections, memory };
}

function pagesFor(program: Uint8Array): number {
  return Math.max(ENGINE_MIN_PAGES, Math.ceil((PROGRAM_BASE + program.length) / PAGE));
}

function memorySection(min: number, max: number): Uint8Array {
  return encodeSection(
    SECTION.memory,
    concat([encodeU32(1), [0x01], encodeU32(min), encodeU32(max)]),
  );
}

function dataCountSection(module: Uint8Array, section: WasmSection, change: 1 | -1): Uint8Array {
  const count = contentReader(module, section).u32();
  const encode = (value: number) =>
    encodeSection(SECTION.dataCount, Uint8Array.from(encodeU32(value)));
  assertShortest(module, section, encode(count));
  if (count + change < 0) throw noProgram('the data count is 0');
  return encode(count + change);
}

function dataSectionWith(
  module: Uint8Array,
  section: WasmSection,
  segment: Uint8Array,
): Uint8Array {
  const reader = contentReader(module, section);
  const count = reader.u32();
  if (count === 0) throw notSpliceable('its data section is empty');
  const segments = module.subarray(reader.position, section.end);
  assertShortest(
    module,
    section,
    encodeSection(SECTION.data, concat([encodeU32(count), segments])),
  );
  return encodeSection(SECTION.data, concat([encodeU32(count + 1), segments, segment]));
}

function dataSectionBefore(
  module: Uint8Array,
  section: WasmSection,
  lastOffset: number,
): Uint8Array {
  const reader = contentReader(module, section);
  const count = reader.u32();
  const segments = module.subarray(reader.position, lastOffset);
  return encodeSection(SECTION.data, concat([encodeU32(count - 1), segments]));
}

/** Finds the last data segment and checks that it is one that a splice wrote. */
function lastSegment(
  module: Uint8Array,
  section: WasmSection,
): { count: number; lastOffset: number; program: Uint8Array } {
  const reader = contentReader(module, section);
  const countBytes = sized(reader, () => reader.vectorLength());
  const count = countBytes.value;
  if (count === 0) throw noProgram('there is no data segment');
  for (let index = 1; index < count; index++) skipDataSegment(reader);
  const lastOffset = reader.position;
  const head = reader.take(SEGMENT_HEAD.length);
  if (!SEGMENT_HEAD.every((byte, index) => head[index] === byte)) {
    throw noProgram('the last data segment is not at the program address');
  }
  const programBytes = sized(reader, () => reader.u32());
  const program = reader.take(programBytes.value);
  if (!reader.done) throw noProgram('bytes follow the last data segment');
  const sectionBytes = {
    value: section.end - section.contentOffset,
    size: section.contentOffset - section.offset - 1,
  };
  for (const number of [sectionBytes, countBytes, programBytes]) {
    if (number.size !== encodeU32(number.value).length) throw notShortest(section);
  }
  return { count, lastOffset, program };
}

/** A number and how many bytes it takes. A number of the shortest size has one spelling only. */
function sized(reader: ByteReader, read: () => number): { value: number; size: number } {
  const start = reader.position;
  const value = read();
  return { value, size: reader.position - start };
}

function assertShortest(module: Uint8Array, section: WasmSection, shortest: Uint8Array): void {
  const found = module.subarray(section.offset, section.end);
  if (Buffer.compare(found, shortest) !== 0) throw notShortest(section);
}

function notShortest(section: WasmSection): ArtifactError {
  return notSpliceable(`section ${section.id} is not in its shortest form`);
}

function notSpliceable(what: string): ArtifactError {
  return new ArtifactError(
    'WAF_ERR_ARTIFACT_NOT_SPLICEABLE',
    `The engine cannot take a rule program: ${what}`,
  );
}

function noProgram(what: string): ArtifactError {
  return invalidModule('WAF_ERR_ARTIFACT_NO_PROGRAM', `no rule program: ${what}`);
}
