import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'nats';
import type { NatsSettings } from '../config/settings.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createFleetConnection, type FleetConnection } from './connection.ts';
import { connectionOptions, serverNames } from './connection-options.ts';
import { FleetError } from './fleet-error.ts';

export interface ConnectOptions {
  /** A node's id, or `orchestrator`: the client's name on the server and of its inbox. */
  readonly name: string;
  readonly log: Logger;
  /** Keep trying until a server is there; else the first failure is thrown. */
  readonly waitOnFirstConnect?: boolean;
  /** Ends the waiting, which keeps the process alive. */
  readonly signal?: AbortSignal;
}

const RETRY_MS = 250;
const MAX_RETRY_MS = 2_000;

/**
 * Connects to NATS, and from then on reconnects for ever. Throws `WAF_ERR_FLEET_CONNECT` when no
 * server can be used (not with `waitOnFirstConnect`, except for settings that cannot work at all).
 */
export async function connectFleet(
  settings: NatsSettings,
  { name, log, waitOnFirstConnect = false, signal }: ConnectOptions,
): Promise<FleetConnection> {
  const options = connectionOptions(settings, name);
  const servers = serverNames(settings.url);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const nats = await connect(options);
      log.info({ server: nats.getServer() }, 'nats: connected');
      return await createFleetConnection(nats, log);
    } catch (cause) {
      const error = new FleetError(
        'WAF_ERR_FLEET_CONNECT',
        `cannot connect to NATS at ${servers}: ${(cause as Error).message}`,
        { cause },
      );
      if (!waitOnFirstConnect || signal?.aborted) throw error;
      // Now and then is enough: a node without a control plane is a normal state.
      if (attempt === 1 || attempt % 100 === 0) log.warn({ attempt }, `nats: ${error.message}`);
    }
    const wait = Math.min(RETRY_MS * attempt, MAX_RETRY_MS);
    // The signal cuts the pause short; the next attempt is then the last.
    await pause(wait, undefined, signal && { signal }).catch(() => {});
  }
}
