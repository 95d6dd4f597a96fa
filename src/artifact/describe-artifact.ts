import type { Manifest } from './manifest.ts';
import { readArtifact } from './read-artifact.ts';
import { type SignatureState, verifySignature } from './signature.ts';
import type { TrustedKeys } from './signing-key.ts';
import { SECTION, type WasmSection } from './wasm-sections.ts';

/** What `secbeat inspect` prints; plain JSON. */
export interface ArtifactDescription {
  readonly kind: 'secbeat' | 'foreign';
  readonly digest: string;
  readonly size: number;
  /** 64 KiB pages. */
  readonly memory: { readonly min: number; readonly max: number | null };
  /** In file order; sizes are bytes of content. */
  readonly sections: readonly { readonly name: string; readonly size: number }[];
  readonly signature: SignatureState;
  /** null for a foreign module. The rule table stands in `rules`. */
  readonly manifest: Omit<Manifest, 'rules'> | null;
  readonly rules: Manifest['rules'];
}

/** Describes an artifact for people. Throws `ArtifactError` as `readArtifact` does. */
export function describeArtifact(
  bytes: Uint8Array,
  trustedKeys: TrustedKeys = new Map(),
): ArtifactDescription {
  const parsed = readArtifact(bytes);
  const { rules = [], ...manifest } = parsed.kind === 'secbeat' ? parsed.manifest : {};
  return {
    kind: parsed.kind,
    digest: parsed.digest,
    size: bytes.length,
    memory: parsed.shape.memory,
    sections: parsed.sections.map((section) => ({
      name: nameOf(section),
      size: section.end - section.contentOffset,
    })),
    signature: verifySignature(parsed, trustedKeys),
    manifest: parsed.kind === 'secbeat' ? (manifest as Omit<Manifest, 'rules'>) : null,
    rules,
  };
}

function nameOf({ id, name }: WasmSection): string {
  if (id === SECTION.custom) return `custom ${name}`;
  return Object.entries(SECTION).find(([, value]) => value === id)?.[0] ?? String(id);
}
