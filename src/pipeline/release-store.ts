import type { Archive } from '../artifact/archive/archive.ts';
import { LIMITS } from '../config/limits.ts';
import type { ArtifactStore, Records } from '../fleet/fleet.ts';
import type { WafConfig } from '../rules/model.ts';
import type { ReleaseRecord } from './release.ts';
import { unpackConfig } from './release-config.ts';

const RECORDS_REMEMBERED = 200;

/**
 * Where releases are kept: records in KV, bytes in the archive (for ever) and in the fleet's Object
 * Store (for nodes and for other orchestrators).
 */
export interface ReleaseStore {
  record(revision: string): Promise<ReleaseRecord | undefined>;
  /** False when the revision has a record already. */
  createRecord(record: ReleaseRecord): Promise<boolean>;
  /** Says of a recorded release that it was overtaken. False when somebody else has said so. */
  correctRecord(record: ReleaseRecord): Promise<boolean>;
  /** Newest first. */
  latest(limit: number): Promise<readonly ReleaseRecord[]>;
  putArtifact(digest: string, bytes: Uint8Array): Promise<void>;
  getArtifact(digest: string): Promise<Uint8Array | undefined>;
  putConfig(digest: string, bytes: Uint8Array): Promise<void>;
  getConfig(digest: string): Promise<WafConfig | undefined>;
}

export interface ReleaseStoreParts {
  readonly records: Records<ReleaseRecord>;
  readonly objects: ArtifactStore;
  readonly artifacts: Archive;
  /** Packed waf-configs, kept beside the artifacts that were built from them. */
  readonly configs: Archive;
}

export function createReleaseStore(parts: ReleaseStoreParts): ReleaseStore {
  const { records, objects, artifacts, configs } = parts;
  const remembered = new Map<string, ReleaseRecord>();

  return {
    async record(revision) {
      const known = remembered.get(revision);
      if (known !== undefined) return known;
      const record = await records.get(revision);
      if (record !== undefined) remember(record);
      return record;
    },
    async createRecord(record) {
      const created = await records.create(record.revision, record);
      if (created) remember(record);
      return created;
    },
    async correctRecord(record) {
      remembered.delete(record.revision);
      const corrected = await records.correct(record.revision, record);
      if (corrected) remember(record);
      return corrected;
    },
    latest: (limit) => records.latest(limit),
    putArtifact: (digest, bytes) => putBoth(artifacts, digest, bytes),
    getArtifact: (digest) => getEither(artifacts, digest),
    putConfig: (digest, bytes) => putBoth(configs, digest, bytes),
    async getConfig(digest) {
      const bytes = await getEither(configs, digest);
      return bytes === undefined ? undefined : unpackConfig(bytes);
    },
  };

  /**
   * A record changes only when its release is overtaken, in the moment after it was made, and it is
   * whoever made it that says so; what was read once is true enough.
   */
  function remember(record: ReleaseRecord): void {
    remembered.set(record.revision, record);
    const [oldest] = remembered.keys();
    if (remembered.size > RECORDS_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  }

  async function putBoth(archive: Archive, digest: string, bytes: Uint8Array): Promise<void> {
    await Promise.all([archive.put(digest, bytes), objects.put(digest, bytes)]);
  }

  /** The archive of another orchestrator may be another disk; the Object Store is shared. */
  async function getEither(archive: Archive, digest: string): Promise<Uint8Array | undefined> {
    const limit = LIMITS.artifact.max_bytes;
    return (await archive.get(digest, limit)) ?? (await objects.get(digest, limit));
  }
}
