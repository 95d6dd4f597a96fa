import { ArtifactError } from '../artifact/artifact-error.ts';
import type { ParsedArtifact } from '../artifact/read-artifact.ts';
import { readArtifact } from '../artifact/read-artifact.ts';
import { verifySignature } from '../artifact/signature.ts';
import type { TrustedKeys } from '../artifact/signing-key.ts';
import { LIMITS } from '../config/limits.ts';
import { PipelineError } from './pipeline-error.ts';
import type { PublishNowDeps } from './publish-now.ts';
import { publishNow } from './publish-now.ts';
import type { ReleaseRecord } from './release.ts';
import { UNIVERSAL_WAF } from './release.ts';
import type { ModuleUpload } from './releases.ts';

export interface DeployDeps extends PublishNowDeps {
  readonly trustedKeys: TrustedKeys;
  /** Whether universal-waf needs the signature of a trusted key. */
  readonly signatureRequired: boolean;
  /** Runs the module in isolation with a time limit; rejects with a `code` and the reason. */
  readonly probe: (parsed: ParsedArtifact) => Promise<void>;
}

/**
 * Puts an uploaded module on nodes: whatever a node would refuse is refused here, before anything is
 * published. Rejects with PipelineError of kind `invalid` that carries the code of the fault.
 */
export async function deployModule(upload: ModuleUpload, deps: DeployDeps): Promise<ReleaseRecord> {
  const { name, bytes, target, actor, order } = upload;
  const queued_at = deps.now();
  assertName(name);
  const parsed = await refuseAsInvalid(async () => {
    const artifact = readArtifact(bytes);
    assertSignature(name, artifact, deps);
    await deps.probe(artifact);
    return artifact;
  });
  const manifest = parsed.kind === 'secbeat' ? parsed.manifest : null;
  return publishNow(
    {
      module: name,
      bytes,
      order,
      digest: parsed.digest,
      content_digest: manifest?.content_digest ?? parsed.digest,
      config_digest: null,
      size: bytes.length,
      target,
      cause: 'upload',
      actor,
      rules: { total: manifest?.rules.length ?? 0, added: [], changed: [], removed: [] },
      queued_at,
      ...(manifest === null ? {} : { semver: manifest.semver }),
    },
    deps,
  );
}

function assertName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && name.length <= LIMITS.upload.max_name_length)
    return;
  throw new PipelineError(
    'WAF_ERR_PUBLISH_NAME',
    'invalid',
    `${JSON.stringify(name.slice(0, 100))} is not a module name`,
  );
}

function assertSignature(name: string, artifact: ParsedArtifact, deps: DeployDeps): void {
  const { state } = verifySignature(artifact, deps.trustedKeys);
  if (state === 'invalid') {
    throw new ArtifactError(
      'WAF_ERR_ARTIFACT_SIGNATURE',
      'Invalid WASM module: signature does not match',
    );
  }
  const trusted = artifact.kind === 'secbeat' && state === 'trusted';
  if (name !== UNIVERSAL_WAF || trusted || !deps.signatureRequired) return;
  throw new PipelineError(
    'WAF_ERR_PUBLISH_UNVERIFIED',
    'invalid',
    `Invalid WASM module: ${UNIVERSAL_WAF} must be a SecBeat artifact signed by a trusted key (${state})`,
  );
}

/** Faults of the upload keep their code and text; anything else is not the caller's doing. */
async function refuseAsInvalid<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (error) {
    const { code, message } = error as Error & { code?: unknown };
    const isFault = typeof code === 'string' && /^WAF_ERR_(ARTIFACT|ENGINE)_/.test(code);
    if (!isFault) throw error;
    throw new PipelineError(code, 'invalid', message, { cause: error });
  }
}
