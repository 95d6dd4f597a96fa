import { type CompiledProgram, compileProgram } from '../../../src/compiler/compile-program.ts';
import { packagePath } from '../../../src/config/package-root.ts';
import type { Diagnostic } from '../../../src/rules/diagnostic.ts';
import type { WafConfig } from '../../../src/rules/model.ts';

/** A compiler that remembers what it has compiled. */
export interface IncrementalCompiler {
  compile(config: WafConfig): CompiledProgram;
}

/** What `src/compiler` offers for that. */
interface CompilerModule {
  createCompiler?: () => IncrementalCompiler;
}

const { createCompiler } = await (
  import(packagePath('src', 'compiler', 'create-compiler.ts')) as Promise<CompilerModule>
).catch((): CompilerModule => ({}));

/** Compiles as if for the first time. */
export function compileOnce(config: WafConfig): { readonly diagnostics: readonly Diagnostic[] } {
  const compiled = createCompiler ? createCompiler().compile(config) : compileProgram(config);
  return { diagnostics: compiled.ok ? [] : compiled.diagnostics };
}

/** A compiler that has just compiled `config`; null when there is none that remembers. */
export function startIncremental(config: WafConfig): IncrementalCompiler | null {
  const compiler = createCompiler?.() ?? null;
  compiler?.compile(config);
  return compiler;
}
