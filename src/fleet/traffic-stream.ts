import { DiscardPolicy, nanos, RetentionPolicy, StorageType } from 'nats';
import type { FleetConnection } from './connection.ts';
import { openBucket } from './open-bucket.ts';
import { MAX_EVENT_BYTES } from './shapes/observed-request.ts';
import type { FleetNames } from './subjects.ts';

export interface TrafficRetention {
  readonly retention_seconds: number;
  readonly retention_bytes: number;
}

/** Deduplication is not used; the server wants a window no longer than the age. */
const DUPLICATE_WINDOW_MS = 1_000;

/**
 * Makes the stream of traffic events, or gives the one that is there these limits; again after each
 * reconnect, in case the server has lost its data. Throws FleetError.
 */
export async function openTrafficStream(
  connection: FleetConnection,
  names: FleetNames,
  replicas: number,
  { retention_seconds, retention_bytes }: TrafficRetention,
): Promise<void> {
  const { streams } = connection.manager;
  const changeable = {
    subjects: [names.trafficOfAll],
    max_age: nanos(retention_seconds * 1_000),
    max_bytes: retention_bytes,
    max_msg_size: MAX_EVENT_BYTES,
    num_replicas: replicas,
    discard: DiscardPolicy.Old,
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
  };
  const make = () =>
    openBucket(names.trafficStream, async () => {
      const exists = await streams.info(names.trafficStream).then(
        () => true,
        () => false,
      );
      if (exists) return await streams.update(names.trafficStream, changeable);
      return await streams.add({
        ...changeable,
        name: names.trafficStream,
        storage: StorageType.File,
        retention: RetentionPolicy.Limits,
      });
    });
  await make();
  connection.onReconnect(() => void make().catch(connection.listenerFailed));
}
