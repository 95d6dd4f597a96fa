import {
  type BuiltArtifact,
  buildArtifact,
  type ManifestFields,
} from '../../src/artifact/build-artifact.ts';
import type { SigningKey } from '../../src/artifact/signing-key.ts';
import { PROGRAM_FORMAT } from '../../src/config/layout.gen.ts';
import { plainEngine } from './fixtures.ts';

/** Manifest fields of a module without rules; tests say what they change. */
export function manifestFields(changes: Partial<ManifestFields> = {}): ManifestFields {
  return {
    name: 'universal-waf',
    revision: 'v1',
    semver: '1.0.1',
    created_at: '2026-01-02T03:04:05Z',
    program_format: PROGRAM_FORMAT,
    worst_case_steps: 10,
    max_steps: 1000,
    on_budget: 'log',
    thresholds: { inbound: 5 },
    rules: [
      { id: 'r1', mode: 'enforce', action: { block: { status: 403 } }, pattern: 'uri contains x' },
    ],
    ...changes,
  };
}

/** An artifact around an engine that allows everything. */
export function plainArtifact(
  changes: Partial<ManifestFields> = {},
  signingKey?: SigningKey,
  program: Uint8Array = Uint8Array.of(1, 2, 3),
): BuiltArtifact {
  return buildArtifact({
    engine: plainEngine(),
    program,
    manifest: manifestFields(changes),
    ...(signingKey && { signingKey }),
  });
}
