import { TRANSFORM_NAMES } from '../../src/config/layout.gen.ts';

interface Exports {
  readonly memory: WebAssembly.Memory;
  transform(code: number, from: number, length: number, to: number): number;
  hasChanged(): number;
  roomFor(code: number, length: number): number;
  weightOf(code: number): number;
}

export interface Outcome {
  readonly output: string;
  readonly changed: boolean;
  /** Bytes written in the guard zone behind the room of the output; always 0 when all is well. */
  readonly strayBytes: number;
}

const CODES = new Map([...TRANSFORM_NAMES].map(([code, name]) => [name, code]));
/** Output area of the tests: the arenas of the engine, which nothing else uses here. */
const OUTPUT = 0x100000;
const GUARD_BYTES = 64;
const GUARD = 0xa5;

/** The transforms of the engine, compiled as they are shipped. */
export class TransformsModule {
  readonly #exports: Exports;

  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module, {}).exports as unknown as Exports;
  }

  /** Steps that the engine charges per byte of input. */
  weightOf(name: string): number {
    return this.#exports.weightOf(CODES.get(name)!);
  }

  /** Bytes that the engine provides for the output of a value. */
  roomFor(name: string, length: number): number {
    return this.#exports.roomFor(CODES.get(name)!, length);
  }

  /**
   * Runs one transform. The input ends where memory ends, so that reading on traps; the output is
   * surrounded by guard bytes.
   */
  run(name: string, text: string): Outcome {
    const { memory, transform, hasChanged } = this.#exports;
    const bytes = new Uint8Array(memory.buffer);
    const from = bytes.length - text.length;
    bytes.set(Buffer.from(text, 'latin1'), from);
    const room = this.roomFor(name, text.length);
    bytes.fill(GUARD, OUTPUT - GUARD_BYTES, OUTPUT + room + GUARD_BYTES);
    const size = transform(CODES.get(name)!, from, text.length, OUTPUT);
    const guards = [
      ...bytes.subarray(OUTPUT - GUARD_BYTES, OUTPUT),
      ...bytes.subarray(OUTPUT + room, OUTPUT + room + GUARD_BYTES),
    ];
    return {
      output: Buffer.from(bytes.subarray(OUTPUT, OUTPUT + size)).toString('latin1'),
      changed: hasChanged() !== 0,
      strayBytes: guards.filter((byte) => byte !== GUARD).length,
    };
  }
}
