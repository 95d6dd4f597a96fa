/** Compiled modules by the digest of their bytes. */
export interface CompiledEngines {
  /** Compiles once per digest, off this thread; concurrent callers share the work. */
  compile(digest: string, bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module>;
}

/**
 * Most releases change rules, not the engine. Keeping the compiled engine makes such a release a
 * matter of copying the rule program, and it keeps the code that V8 has already optimised.
 * The least recently used beyond `capacity` are forgotten.
 */
export function createCompiledEngines(capacity = 4): CompiledEngines {
  const modules = new Map<string, Promise<WebAssembly.Module>>();

  return {
    compile(digest, bytes) {
      const module = modules.get(digest) ?? WebAssembly.compile(bytes);
      modules.delete(digest);
      modules.set(digest, module);
      if (modules.size > capacity) modules.delete(modules.keys().next().value!);
      // A failure must not be remembered; the caller gets it from the promise that is returned.
      module.catch(() => modules.delete(digest));
      return module;
    },
  };
}
