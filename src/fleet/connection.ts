import type { JetStreamClient, JetStreamManager, NatsConnection } from 'nats';
import type { Logger } from '../telemetry/logger.ts';
import type { FleetStatus } from './fleet.ts';
import { createListeners } from './listeners.ts';
import { createRequestGuard, type RequestGuard } from './request-guard.ts';

/** Milliseconds after which a JetStream request counts as unanswered. */
export const JETSTREAM_TIMEOUT_MS = 2_000;

/** A NATS connection that was made at least once, and what is counted about it. */
export interface FleetConnection {
  readonly nats: NatsConnection;
  readonly jetstream: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly log: Logger;
  /** Every request for an answer goes through here. */
  readonly requests: Pick<RequestGuard, 'isUp' | 'run' | 'read'>;
  /** Largest payload the server takes, bytes. */
  maxPayload(): number;
  onReconnect(listener: () => void): () => void;
  /** For listeners that throw. */
  listenerFailed(error: unknown): void;
  /** Counts a message that is not what `subject` promises. `subject` must come from a bounded set. */
  malformed(subject: string, why: string): void;
  status(): FleetStatus;
  /** Sends what is buffered, if a server is there, and closes; idempotent. */
  close(): Promise<void>;
}

export async function createFleetConnection(
  nats: NatsConnection,
  log: Logger,
): Promise<FleetConnection> {
  const options = { timeout: JETSTREAM_TIMEOUT_MS, checkAPI: false };
  const listenerFailed = (err: unknown) => log.error({ err }, 'nats: a listener failed');
  const reconnected = createListeners<void>(listenerFailed);
  const malformed: Record<string, number> = Object.create(null);
  const requests = createRequestGuard(JETSTREAM_TIMEOUT_MS);
  let reconnects = 0;
  let denied = 0;

  const followStatus = async () => {
    for await (const { type, data, permissionContext } of nats.status()) {
      if (type === 'disconnect') {
        requests.down();
        log.warn({ server: data }, 'nats: disconnected');
      } else if (type === 'reconnect') {
        requests.up();
        reconnects += 1;
        log.info({ server: data, reconnects }, 'nats: reconnected');
        reconnected.tell();
      } else if (type === 'error') {
        if (data === 'PERMISSIONS_VIOLATION') denied += 1;
        log.warn({ error: data, ...permissionContext }, 'nats: refused by the server');
      }
    }
    requests.down();
  };
  void followStatus();

  return {
    nats,
    jetstream: nats.jetstream(options),
    manager: await nats.jetstreamManager(options),
    log,
    requests,
    maxPayload: () => nats.info?.max_payload ?? 1_048_576,
    onReconnect: reconnected.add,
    listenerFailed,
    malformed(subject, why) {
      const count = (malformed[subject] ?? 0) + 1;
      malformed[subject] = count;
      // The first, second, fourth, eighth … of a subject: a flood cannot fill the log.
      if ((count & (count - 1)) === 0) log.warn({ subject, count, why }, 'nats: malformed message');
    },
    status: () => ({
      connected: requests.isUp(),
      server: requests.isUp() ? nats.getServer() : null,
      reconnects,
      malformed: { ...malformed },
      denied,
    }),
    close: () => closeWithin(nats, requests.isUp(), 1_000),
  };
}

/** A server that hangs must not hold up the shutdown of a process. */
async function closeWithin(nats: NatsConnection, flush: boolean, ms: number): Promise<void> {
  if (nats.isClosed()) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  if (flush && !nats.isDraining()) await Promise.race([nats.drain().catch(() => {}), late]);
  clearTimeout(timer);
  await nats.close();
}
