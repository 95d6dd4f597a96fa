import type { DesiredState } from '../fleet/desired-state.ts';
import type { Document, Versioned } from '../fleet/document.ts';
import type { FleetControl } from '../fleet/fleet.ts';
import { buildReloadHint } from '../fleet/reload-hint.ts';
import type { Logger } from '../telemetry/logger.ts';
import { assignModule } from './assign-module.ts';
import { PipelineError } from './pipeline-error.ts';
import type { ReleaseRecord } from './release.ts';

const ATTEMPTS = 50;

export interface Publication {
  /** Its artifact is stored and its record written. */
  readonly record: ReleaseRecord;
  /** The artifact, so that a small one can travel with the hint. */
  readonly bytes?: Uint8Array | undefined;
  readonly order?: number | undefined;
  /** Desired state as it was read a moment ago; saves a read. */
  readonly desired?: Versioned<DesiredState> | undefined;
}

export interface PublishDeps {
  readonly fleet: Pick<FleetControl, 'announce'> & { readonly desired: Document<DesiredState> };
  readonly log: Logger;
}

/**
 * Makes a recorded release the desired state and tells the nodes. May be repeated after a crash: what
 * is assigned already stays, and what was overtaken by a higher revision is left alone.
 * Returns false in that last case. The hint is sent again when nothing had to be written.
 */
export async function publish(
  { record, bytes, order, desired }: Publication,
  { fleet, log }: PublishDeps,
): Promise<boolean> {
  const assignment = {
    module: record.module,
    target: record.target,
    revision: record.revision,
    semver: record.semver,
    digest: record.digest,
    size: record.size,
    published_at: record.published_at,
    ...(order === undefined ? {} : { order }),
  };
  let current = desired ?? (await fleet.desired.read());
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const next = assignModule(current?.value, assignment);
    if (next === 'overtaken') return false;
    const written =
      next === 'present' ? 'present' : await fleet.desired.write(next, current?.version ?? 0);
    if (written !== 'conflict') {
      const description = `${record.cause} by ${record.actor}`;
      // Only a hint: nodes find the desired state by themselves.
      fleet
        .announce(buildReloadHint(record.module, assignment, bytes, description))
        .catch((error) => log.warn({ err: error }, 'the reload hint was not sent'));
      return true;
    }
    current = await fleet.desired.read();
  }
  throw new PipelineError(
    'WAF_ERR_PUBLISH_CONFLICT',
    'busy',
    `the desired state changed ${ATTEMPTS} times while ${record.revision} was published`,
  );
}
