import type { UploadCheck } from './check-upload.ts';
import type { PublishNowDeps } from './publish-now.ts';
import { publishNow } from './publish-now.ts';
import type { ReleaseRecord } from './release.ts';
import type { ModuleUpload } from './releases.ts';

export interface DeployDeps extends PublishNowDeps {
  readonly checkUpload: UploadCheck;
}

/** Checks an uploaded module and publishes it under its name on the target nodes. */
export async function deployModule(upload: ModuleUpload, deps: DeployDeps): Promise<ReleaseRecord> {
  const { name, bytes, target, actor, order } = upload;
  const queued_at = deps.now();
  const { digest, manifest } = await deps.checkUpload(name, bytes);
  return publishNow(
    {
      module: name,
      bytes,
      order,
      digest,
      content_digest: manifest?.content_digest ?? digest,
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
