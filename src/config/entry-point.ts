import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * Where to start a worker thread or child process whose entry stands beside the caller.
 * From `dist/` that is the compiled file; from `src/` (tests) the TypeScript file, run through tsx.
 */
export function entryPoint(importMetaUrl: string, name: string): { url: URL; execArgv: string[] } {
  return importMetaUrl.endsWith('.ts')
    ? { url: new URL(`${name}.ts`, importMetaUrl), execArgv: ['--import', tsx()] }
    : { url: new URL(`${name}.js`, importMetaUrl), execArgv: [] };
}

/** By its address, so that the child may have any working directory. */
function tsx(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
}
