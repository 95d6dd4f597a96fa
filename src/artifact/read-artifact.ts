import { LIMITS, type Limits } from '../config/limits.ts';
import { invalidModule } from './artifact-error.ts';
import { MANIFEST_SECTION } from './build-artifact.ts';
import { digestInPieces } from './digest.ts';
import type { Manifest } from './manifest.ts';
import { type ModuleShape, readModuleShape } from './module-shape.ts';
import { type Pieces, runAtOnce } from './pieces.ts';
import { readManifest } from './read-manifest.ts';
import { parseSignature, SIGNATURE_SECTION, type Signature } from './signature.ts';
import { unspliceProgram } from './splice-program.ts';
import { readSections, type WasmSection } from './wasm-sections.ts';

export type ParsedArtifact = SecbeatArtifact | ForeignModule;

interface ParsedBase {
  readonly bytes: Uint8Array;
  /** `sha256:<hex>` of `bytes`. */
  readonly digest: string;
  readonly sections: readonly WasmSection[];
  readonly shape: ModuleShape;
  readonly signature: Signature | null;
  /** Everything before the signature section. */
  readonly signedBytes: Uint8Array;
}

/** Built by `buildArtifact`: its parts belong together. Who built it, only the signature tells. */
export interface SecbeatArtifact extends ParsedBase {
  readonly kind: 'secbeat';
  readonly manifest: Manifest;
  readonly engine: Uint8Array<ArrayBuffer>;
  readonly program: Uint8Array;
}

/** Any other module that honours the ABI. */
export interface ForeignModule extends ParsedBase {
  readonly kind: 'foreign';
}

/**
 * Reads bytes that may come from anywhere. Checks size before parsing, and everything that can be
 * checked without compiling: sections, imports, memory, exports, manifest, digests of the parts.
 * Throws `ArtifactError` and nothing else; work is linear in the size.
 */
export function readArtifact(bytes: Uint8Array, limits: ReadLimits = LIMITS): ParsedArtifact {
  return runAtOnce(readArtifactInPieces(bytes, limits));
}

type ReadLimits = Pick<Limits, 'artifact' | 'upload'>;

/** The same, in pieces; the bytes must stay as they are until it is done. */
export function* readArtifactInPieces(
  bytes: Uint8Array,
  limits: ReadLimits = LIMITS,
): Pieces<ParsedArtifact> {
  assertSize(bytes, Math.max(limits.artifact.max_bytes, limits.upload.max_bytes));
  const sections = readSections(bytes);
  const shape = readModuleShape(bytes, sections);
  const own = ownSections(bytes, sections);
  const kind = own.manifest ? 'secbeat' : 'foreign';
  assertSize(bytes, kind === 'secbeat' ? limits.artifact.max_bytes : limits.upload.max_bytes);
  assertMemory(
    shape,
    kind === 'secbeat' ? limits.artifact.max_memory_pages : limits.upload.foreign_memory_pages,
  );
  assertTables(shape, limits.upload.max_table_entries);
  yield;
  const digest = yield* digestInPieces(bytes);
  const base = { bytes, digest, sections, shape, ...own.signed };
  if (own.manifest === undefined) return { kind: 'foreign', ...base };

  const payload = bytes.subarray(own.manifest.payloadOffset, own.manifest.end);
  assertManifestSize(payload, limits.artifact.max_manifest_bytes);
  const { manifest, contentDigest } = yield* readManifest(payload, own.manifest.offset);
  const { engine, program } = unspliceProgram(bytes.subarray(0, own.manifest.offset));
  yield;
  assertBelongs(manifest, {
    engine_digest: yield* digestInPieces(engine),
    program_digest: yield* digestInPieces(program),
    program_bytes: program.length,
    content_digest: contentDigest,
  });
  return { kind: 'secbeat', ...base, manifest, engine, program };
}

function assertSize(bytes: Uint8Array, limit: number): void {
  if (bytes.length > limit) {
    throw invalidModule('WAF_ERR_ARTIFACT_TOO_LARGE', `larger than ${limit} bytes`);
  }
}

/** Our own sections may stand only at the end: manifest, then signature. */
function ownSections(
  bytes: Uint8Array,
  sections: readonly WasmSection[],
): {
  manifest: WasmSection | undefined;
  signed: { signature: Signature | null; signedBytes: Uint8Array };
} {
  const rest = [...sections];
  const last = rest.at(-1)?.name === SIGNATURE_SECTION ? rest.pop() : undefined;
  const manifest = rest.at(-1)?.name === MANIFEST_SECTION ? rest.pop() : undefined;
  const stray = rest.findLast(
    ({ name }) => name === MANIFEST_SECTION || name === SIGNATURE_SECTION,
  );
  if (stray !== undefined) {
    throw invalidModule(
      stray.name === MANIFEST_SECTION ? 'WAF_ERR_ARTIFACT_MANIFEST' : 'WAF_ERR_ARTIFACT_SIGNATURE',
      `section ${stray.name} is misplaced or repeated at offset ${stray.offset}`,
      stray.offset,
    );
  }
  return {
    manifest,
    signed: {
      signature: last ? parseSignature(bytes.subarray(last.payloadOffset, last.end)) : null,
      signedBytes: last ? bytes.subarray(0, last.offset) : bytes,
    },
  };
}

function assertMemory({ memory }: ModuleShape, maxPages: number): void {
  if (memory.max === null) {
    throw invalidModule('WAF_ERR_ARTIFACT_MEMORY', 'memory has no declared maximum');
  }
  if (memory.max > maxPages) {
    throw invalidModule(
      'WAF_ERR_ARTIFACT_MEMORY',
      `memory maximum of ${memory.max} pages exceeds ${maxPages}`,
    );
  }
}

function assertTables({ tableEntries }: ModuleShape, maxEntries: number): void {
  if (tableEntries > maxEntries) {
    throw invalidModule(
      'WAF_ERR_ARTIFACT_TABLE',
      `tables of ${tableEntries} entries exceed ${maxEntries}`,
    );
  }
}

function assertManifestSize(payload: Uint8Array, maxBytes: number): void {
  if (payload.length > maxBytes) {
    throw invalidModule('WAF_ERR_ARTIFACT_MANIFEST', `manifest is larger than ${maxBytes} bytes`);
  }
}

/** The manifest must describe exactly these bytes. */
function assertBelongs(manifest: Manifest, facts: Partial<Manifest>): void {
  for (const [key, fact] of Object.entries(facts)) {
    if (manifest[key as keyof Manifest] !== fact) {
      throw invalidModule('WAF_ERR_ARTIFACT_MANIFEST', `manifest/${key} does not match the bytes`);
    }
  }
}
