import type { NatsSettings } from '../config/settings.ts';
import { type Candidates, createCandidates } from './candidates.ts';
import type { FleetConnection } from './connection.ts';
import { createFeedbacks, type Feedbacks } from './feedbacks.ts';
import { followTraffic, type TrafficFollowing } from './follow-traffic.ts';
import { type ForeignCommand, followForeignCommands } from './foreign-commands.ts';
import { followForeignTelemetry, type WeakObservation } from './foreign-telemetry.ts';
import { createKeyValueBuckets } from './key-value-buckets.ts';
import type { ObservedRequest } from './shapes/observed-request.ts';
import { fleetNames } from './subjects.ts';
import { openTrafficStream, type TrafficRetention } from './traffic-stream.ts';

/** What orchestrator and generator share about traffic: events, what people say about them, candidates. */
export interface FleetLearning {
  readonly traffic: {
    /** See followTraffic; the returned function ends it after the batch under way. */
    subscribe(
      following: TrafficFollowing,
      handle: (events: readonly ObservedRequest[]) => void | Promise<void>,
    ): () => Promise<void>;
  };
  readonly feedback: Feedbacks;
  readonly candidates: Candidates;
  /** Requests that programs outside the fleet saw. */
  onForeignTelemetry(listener: (observation: WeakObservation) => void): () => void;
  /** For the orchestrator only. */
  onForeignCommand(listener: (command: ForeignCommand) => void): () => void;
}

/**
 * Makes the stream and the buckets that do not exist yet, and opens them. Throws FleetError. The connection
 * stays the caller's: whoever closes it ends what is subscribed here first.
 */
export async function createFleetLearning(
  connection: FleetConnection,
  settings: NatsSettings,
  retention: TrafficRetention,
): Promise<FleetLearning> {
  const names = fleetNames(settings.bucket_prefix);
  const buckets = createKeyValueBuckets(connection, names.prefix, settings.replicas);
  const [feedback, candidates] = await Promise.all([
    buckets.open('feedback'),
    buckets.open('candidates'),
    openTrafficStream(connection, names, settings.replicas, retention),
  ]);
  return {
    traffic: {
      subscribe: (following, handle) => followTraffic(connection, names, following, handle),
    },
    feedback: createFeedbacks(connection, feedback),
    candidates: createCandidates(connection, candidates),
    onForeignTelemetry: (listener) => followForeignTelemetry(connection, names, Date.now, listener),
    onForeignCommand: (listener) => followForeignCommands(connection, names, listener),
  };
}
