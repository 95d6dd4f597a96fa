import { buildUniversalWaf } from '../pipeline/build-universal-waf.ts';
import { CliFailure } from './cli-failure.ts';
import { EXIT_CODE } from './exit-code.ts';
import { openOfflineChecks } from './offline-checks.ts';
import { readInput } from './read-input.ts';

const WASM_MAGIC = Buffer.from('\0asm', 'latin1');

/**
 * The bytes of an artifact, or those that a waf-config or a file of rules
 * compiles to. Throws CliFailure with the diagnostics.
 */
export async function readRunnable(file: string, env: NodeJS.ProcessEnv): Promise<Uint8Array> {
  const bytes = await readInput(file);
  if (bytes.subarray(0, WASM_MAGIC.length).equals(WASM_MAGIC)) return bytes;
  const { engine, checkFile } = await openOfflineChecks(env);
  const { config, diagnostics } = await checkFile(file);
  const built =
    config === null
      ? null
      : buildUniversalWaf({
          ...{ config, engine, revision: 'v0', semver: '0.0.0' },
          createdAt: new Date(0).toISOString(),
        });
  if (built?.ok === true) return built.bytes;
  const named = (built?.diagnostics ?? diagnostics).map((each) => ({ file, ...each }));
  throw new CliFailure(EXIT_CODE.refused, `${file} cannot be built`, { diagnostics: named });
}
