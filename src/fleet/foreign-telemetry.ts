import type { FleetConnection } from './connection.ts';
import { OWN_HEADER } from './publish-traffic.ts';
import { isForeignTelemetry, MAX_TELEMETRY_BYTES } from './shapes/foreign-telemetry.ts';
import type { FleetNames } from './subjects.ts';
import { tryParse } from './try-parse.ts';

/** A request as another program saw it: no headers, no body, no verdict. */
export interface WeakObservation {
  /** Who says so; not a node of this fleet. */
  readonly node_id: string;
  /** Milliseconds since the epoch, when it was heard: the clock of the sender is nobody's. */
  readonly heard_at: number;
  readonly source_ip: string;
  readonly method: string;
  readonly uri: string;
  /** 0: none. */
  readonly status: number;
  readonly user_agent: string | null;
}

/** Messages a second that are read; further ones are counted as malformed. */
const MAX_PER_SECOND = 1_000;

/** Listens to telemetry that other programs publish, until it is stopped. What this fleet says is left out. */
export function followForeignTelemetry(
  connection: FleetConnection,
  names: FleetNames,
  now: () => number,
  onObservation: (observation: WeakObservation) => void,
): () => void {
  const { nats } = connection;
  let second = 0;
  let heard = 0;
  const within = (at: number) => {
    if (Math.floor(at / 1_000) !== second) {
      second = Math.floor(at / 1_000);
      heard = 0;
    }
    heard += 1;
    return heard <= MAX_PER_SECOND;
  };
  const read = (data: Uint8Array) => {
    const at = now();
    if (!within(at)) {
      connection.malformed(names.telemetryOfAll, `more than ${MAX_PER_SECOND} a second`);
      return;
    }
    const parsed = tryParse(data, MAX_TELEMETRY_BYTES, isForeignTelemetry);
    if ('fault' in parsed) {
      connection.malformed(names.telemetryOfAll, parsed.fault);
      return;
    }
    const { node_id, source_ip, request_uri, status_code, method, user_agent } = parsed.value;
    onObservation({
      ...{ node_id, heard_at: at, source_ip, method },
      uri: request_uri,
      status: status_code,
      user_agent: user_agent ?? null,
    });
  };
  const subscription = nats.subscribe(names.telemetryOfAll, {
    callback: (error, message) => {
      if (error !== null || message.headers?.has(OWN_HEADER)) return;
      try {
        read(message.data);
      } catch (failure) {
        // An exception here would end the client's read loop.
        connection.listenerFailed(failure);
      }
    },
  });
  return () => subscription.unsubscribe();
}
