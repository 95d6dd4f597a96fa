/**
 * Where to start a worker thread or child process whose entry stands beside the caller.
 * From `dist/` that is the compiled file; from `src/` (tests) the TypeScript file, run through tsx.
 */
export function entryPoint(importMetaUrl: string, name: string): { url: URL; execArgv: string[] } {
  return importMetaUrl.endsWith('.ts')
    ? { url: new URL(`${name}.ts`, importMetaUrl), execArgv: ['--import', 'tsx'] }
    : { url: new URL(`${name}.js`, importMetaUrl), execArgv: [] };
}
