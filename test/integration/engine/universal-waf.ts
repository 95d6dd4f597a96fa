import { readFileSync } from 'node:fs';
import type { BuiltArtifact } from '../../../src/artifact/build-artifact.ts';
import type { SigningKey } from '../../../src/artifact/signing-key.ts';
import { packagePath } from '../../../src/config/package-root.ts';
import { buildUniversalWaf } from '../../../src/pipeline/build-universal-waf.ts';
import type { WafConfig } from '../../../src/rules/model.ts';

/** The engine that artifacts are made of; `npm run build:wasm` makes it. */
export const ENGINE = readFileSync(packagePath('dist', 'engine', 'universal-waf.engine.wasm'));

/** The artifact of a rule set, built as a release builds it. */
export function universalWaf(
  config: WafConfig,
  revision: string,
  signingKey?: SigningKey,
): BuiltArtifact {
  const built = buildUniversalWaf({
    config,
    revision,
    semver: '1.0.0',
    createdAt: '2026-01-02T03:04:05Z',
    engine: ENGINE,
    ...(signingKey && { signingKey }),
  });
  if (!built.ok) throw new Error(JSON.stringify(built.diagnostics));
  return built;
}
