import type { Assignment } from './desired-state.ts';
import type { ReloadHint } from './fleet.ts';

/** Larger artifacts do not travel with the hint; nodes fetch them. */
export const MAX_HINTED_BYTES = 512 * 1024;

/** The hint for one assignment. `bytes` is the artifact; small ones are put into the hint. Pure. */
export function buildReloadHint(
  module: string,
  assignment: Pick<Assignment, 'revision' | 'semver' | 'digest' | 'size' | 'published_at'>,
  bytes: Uint8Array | undefined,
  description: string,
): ReloadHint {
  const { revision, semver, digest, size, published_at } = assignment;
  const carried = bytes !== undefined && bytes.length <= MAX_HINTED_BYTES;
  return {
    deployment_id: `${module}-${revision}`,
    module_name: module,
    bytecode_base64: carried ? Buffer.from(bytes).toString('base64') : '',
    config_json: JSON.stringify({ revision, semver, digest, size }),
    description,
    timestamp: new Date(published_at).toISOString(),
    revision,
    digest,
  };
}

/** The message for a hint; without the artifact when it would not fit into `maxPayload` bytes. Pure. */
export function encodeReloadHint(hint: ReloadHint, maxPayload: number): Uint8Array {
  const whole = Buffer.from(JSON.stringify(hint));
  if (whole.length <= maxPayload || hint.bytecode_base64 === '') return whole;
  return Buffer.from(JSON.stringify({ ...hint, bytecode_base64: '' }));
}
