/**
 * The part of the WebAssembly JavaScript interface that this project uses. Node's types do not
 * declare it, and the browser library that does would let `window` and its like through everywhere.
 */
declare namespace WebAssembly {
  type ExportValue = ((...args: number[]) => unknown) | Global | Memory;
  type Exports = Record<string, ExportValue | undefined>;

  interface ModuleExportDescriptor {
    readonly name: string;
    readonly kind: 'function' | 'table' | 'memory' | 'global';
  }

  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer);
    static customSections(module: Module, name: string): ArrayBuffer[];
    static exports(module: Module): ModuleExportDescriptor[];
    static imports(module: Module): (ModuleExportDescriptor & { readonly module: string })[];
  }

  class Instance {
    constructor(module: Module, imports?: object);
    readonly exports: Exports;
  }

  class Memory {
    readonly buffer: ArrayBuffer;
    /** Pages before the growth. Throws RangeError when the memory cannot grow so far. */
    grow(pages: number): number;
  }

  class Global {
    value: number;
  }

  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}

  function validate(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): boolean;
  function compile(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): Promise<Module>;
  function instantiate(
    bytes: Uint8Array<ArrayBuffer> | ArrayBuffer,
    imports?: object,
  ): Promise<{ readonly module: Module; readonly instance: Instance }>;
  function instantiate(module: Module, imports?: object): Promise<Instance>;
}
