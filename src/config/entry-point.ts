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

/**
 * The same for a worker thread. Node 20 does not run `--import` hooks inside threads, so from `src/` the
 * thread begins with a line that registers tsx by itself.
 */
export function threadEntry(importMetaUrl: string, name: string): URL {
  if (!importMetaUrl.endsWith('.ts')) return new URL(`${name}.js`, importMetaUrl);
  const commonJs = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api'));
  const api = new URL('./index.mjs', commonJs).href;
  const entry = new URL(`${name}.ts`, importMetaUrl).href;
  const [from, to] = [JSON.stringify(api), JSON.stringify(entry)];
  const code = `import { register } from ${from}; register(); await import(${to});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

/** By its address, so that the child may have any working directory. */
function tsx(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
}
