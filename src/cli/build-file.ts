import { writeFile } from 'node:fs/promises';
import type { Manifest } from '../artifact/manifest.ts';
import { loadSigningKey } from '../artifact/signing-key.ts';
import { buildUniversalWaf } from '../pipeline/build-universal-waf.ts';
import type { Diagnostic } from '../rules/diagnostic.ts';
import { CliFailure } from './cli-failure.ts';
import { EXIT_CODE } from './exit-code.ts';
import { openOfflineChecks } from './offline-checks.ts';

export interface BuildOptions {
  /** The waf-config to build. */
  readonly config: string;
  readonly out: string;
  /** Private key (PEM); absent: the artifact is not signed. */
  readonly key?: string;
  readonly semver: string;
}

export interface BuiltFile {
  readonly out: string;
  readonly digest: string;
  readonly size: number;
  readonly signed: boolean;
  readonly manifest: Manifest;
}

/** Checks and builds a waf-config and writes the artifact. Throws CliFailure with the diagnostics. */
export async function buildFile(
  { config: file, out, key, semver }: BuildOptions,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly built: BuiltFile; readonly warnings: readonly Diagnostic[] }> {
  const { engine, checkWafConfigFile } = await openOfflineChecks(env);
  const { config, diagnostics } = await checkWafConfigFile(file);
  if (config === null) throw refused(file, diagnostics);
  const result = buildUniversalWaf({
    config,
    revision: 'v0',
    semver,
    createdAt: createdAt(env),
    engine,
    ...(key === undefined ? {} : { signingKey: await loadSigningKey(key) }),
  });
  if (!result.ok) throw refused(file, result.diagnostics);
  const { bytes, digest, manifest } = result;
  await writeFile(out, bytes);
  const built = { out, digest, size: bytes.length, signed: key !== undefined, manifest };
  return { built, warnings: diagnostics };
}

function refused(file: string, diagnostics: readonly Diagnostic[]): CliFailure {
  const named = diagnostics.map((each) => ({ file, ...each }));
  return new CliFailure(EXIT_CODE.refused, `${file} cannot be built`, { diagnostics: named });
}

/** A build reads no clock: the time is SOURCE_DATE_EPOCH (seconds), as reproducible builds have it. */
function createdAt(env: NodeJS.ProcessEnv): string {
  const seconds = Number(env.SOURCE_DATE_EPOCH ?? 0);
  if (Number.isSafeInteger(seconds) && seconds >= 0) return new Date(seconds * 1000).toISOString();
  throw new CliFailure(EXIT_CODE.usage, 'SOURCE_DATE_EPOCH is not a number of seconds');
}
