import { canonicalJson } from '../config/canonical-json.ts';
import { LIMITS } from '../config/limits.ts';
import { ArtifactError } from './artifact-error.ts';
import { concat, encodeCustomSection } from './byte-writer.ts';
import { checkManifest } from './check-manifest.ts';
import { contentDigest } from './content-digest.ts';
import { digestOf } from './digest.ts';
import type { Manifest } from './manifest.ts';
import { appendSignature } from './signature.ts';
import type { SigningKey } from './signing-key.ts';
import { spliceProgram } from './splice-program.ts';

/** Custom section that holds the manifest as canonical JSON. */
export const MANIFEST_SECTION = 'secbeat.manifest';

/** What the builder must be told; the digests and sizes follow from the bytes. */
export type ManifestFields = Omit<
  Manifest,
  'format' | 'engine_digest' | 'program_digest' | 'content_digest' | 'program_bytes'
>;

export interface ArtifactParts {
  /** The rule-free engine. */
  readonly engine: Uint8Array;
  /** The compiled rule program. */
  readonly program: Uint8Array;
  readonly manifest: ManifestFields;
  /** Absent: the artifact is not signed. */
  readonly signingKey?: SigningKey;
}

export interface BuiltArtifact {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `sha256:<hex>` of `bytes`. */
  readonly digest: string;
  readonly manifest: Manifest;
}

/**
 * Engine + program + manifest + signature in one self-contained module:
 *
 *   | engine with the program spliced in | secbeat.manifest | secbeat.signature |
 *
 * Reads no clock and no environment: same parts, same bytes.
 */
export function buildArtifact(parts: ArtifactParts): BuiltArtifact {
  const manifest = checkManifest(completeManifest(parts));
  const manifestJson = Buffer.from(canonicalJson(manifest));
  assertFits('manifest', manifestJson.length, LIMITS.artifact.max_manifest_bytes);
  const unsigned = concat([
    spliceProgram(parts.engine, parts.program),
    encodeCustomSection(MANIFEST_SECTION, manifestJson),
  ]);
  const bytes = parts.signingKey ? appendSignature(unsigned, parts.signingKey) : unsigned;
  assertFits('artifact', bytes.length, LIMITS.artifact.max_bytes);
  return { bytes, digest: digestOf(bytes), manifest };
}

function completeManifest({ engine, program, manifest }: ArtifactParts): Manifest {
  const complete = {
    ...manifest,
    format: 1 as const,
    engine_digest: digestOf(engine),
    program_digest: digestOf(program),
    program_bytes: program.length,
  };
  return { ...complete, content_digest: contentDigest(complete) };
}

function assertFits(what: string, size: number, limit: number): void {
  if (size > limit) {
    throw new ArtifactError(
      'WAF_ERR_ARTIFACT_TOO_LARGE',
      `The ${what} of ${size} bytes is larger than ${limit} bytes`,
    );
  }
}
