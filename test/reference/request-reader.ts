import {
  FIELD_KIND_AT,
  FIELD_NAME_AT_AT,
  FIELD_NAME_LEN_AT,
  FIELD_SIZE,
  FIELD_VALUE_AT_AT,
  FIELD_VALUE_LEN_AT,
  HOST_AREA_BYTES,
} from '../../src/config/layout.gen.ts';
import { RequestRecord } from '../../src/engine/request-record.ts';
import type { InspectionRequest } from '../../src/engine/verdict.ts';
import { compileHarness } from './compile-harness.ts';
import { FAMILIES } from './families.ts';
import type { Field } from './field-list.ts';

interface Exports {
  readonly memory: WebAssembly.Memory;
  use_kinds(kinds: bigint): void;
  read(at: number, length: number, maxSteps: number): number;
  fields(): number;
  is_truncated(): number;
  is_exhausted(): number;
  steps(): number;
}

export interface Reading {
  readonly fields: readonly Omit<Field, 'isNamed'>[];
  readonly isTruncated: boolean;
  readonly steps: number;
}

/** More than any request can use. */
const STEPS = 1 << 28;
export const ALL_KINDS = 0xffff_ffff_ffff_fffen;

/** The part of the engine that reads requests, compiled on its own with every check. */
export class RequestReader {
  readonly #exports: Exports;
  readonly #record: RequestRecord;

  constructor(kinds: bigint = ALL_KINDS) {
    this.#exports = new WebAssembly.Instance(module()).exports as unknown as Exports;
    this.#record = new RequestRecord(this.#exports.memory.buffer);
    this.#exports.use_kinds(kinds);
  }

  read(request: InspectionRequest): Reading {
    return this.#read(this.#record.write(request))!;
  }

  /** The flat record of a request. */
  encode(request: InspectionRequest): Buffer {
    const length = this.#record.write(request);
    return Buffer.from(this.#exports.memory.buffer.slice(0, length));
  }

  /** Null when the bytes are no request. */
  readBytes(bytes: Uint8Array, maxSteps = STEPS): Reading | null {
    new Uint8Array(this.#exports.memory.buffer, 0, HOST_AREA_BYTES).set(bytes);
    return this.#read(bytes.length, maxSteps);
  }

  #read(length: number, maxSteps = STEPS): Reading | null {
    const count = this.#exports.read(0, length, maxSteps);
    if (count < 0) return null;
    const table = this.#exports.fields();
    return {
      fields: Array.from({ length: count }, (_, i) => this.#field(table + i * FIELD_SIZE)),
      isTruncated: this.#exports.is_truncated() !== 0,
      steps: this.#exports.steps(),
    };
  }

  #field(at: number): Omit<Field, 'isNamed'> {
    const view = new DataView(this.#exports.memory.buffer, at, FIELD_SIZE);
    const text = (address: number, length: number) =>
      Buffer.from(
        this.#exports.memory.buffer,
        view.getUint32(address, true),
        view.getUint32(length, true),
      ).toString('latin1');
    return {
      family: FAMILIES.get(view.getUint32(FIELD_KIND_AT, true)) ?? '?',
      name: text(FIELD_NAME_AT_AT, FIELD_NAME_LEN_AT),
      text: text(FIELD_VALUE_AT_AT, FIELD_VALUE_LEN_AT),
    };
  }
}

let compiled: WebAssembly.Module | undefined;

function module(): WebAssembly.Module {
  compiled ??= compileHarness('request');
  return compiled;
}
