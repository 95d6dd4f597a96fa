import { headers } from 'nats';
import type { FleetConnection } from './connection.ts';
import { telemetryPayload, wafEventPayload } from './documented-payloads.ts';
import { asFleetError } from './fleet-error.ts';
import type { ObservedRequest } from './shapes/observed-request.ts';
import type { FleetNames } from './subjects.ts';

/** Marks what this fleet says on the documented subjects, so that it does not take it for news. */
export const OWN_HEADER = 'Secbeat-Hot-Reload';

/**
 * Publishes the events of a node, and with `documented` also in SecBeat's forms. Resolves when the server
 * has taken them; that the stream has stored them is not waited for. Rejects with FleetError.
 */
export async function publishTraffic(
  connection: FleetConnection,
  names: FleetNames,
  nodeId: string,
  events: readonly ObservedRequest[],
  documented: boolean,
): Promise<void> {
  const { nats, requests } = connection;
  const own = headers();
  own.set(OWN_HEADER, '1');
  const doing = 'publishing traffic events';
  const send = async () => {
    for (const event of events) {
      nats.publish(names.traffic(nodeId), JSON.stringify(event));
      if (!documented) continue;
      const telemetry = JSON.stringify(telemetryPayload(event));
      nats.publish(names.telemetry(nodeId), telemetry, { headers: own });
      const wafEvent = wafEventPayload(event);
      if (wafEvent !== null)
        nats.publish(names.wafEvents, JSON.stringify(wafEvent), { headers: own });
    }
    // One batch on its way at a time: a slow server fills the bounded queue of the node, not memory.
    await nats.flush();
  };
  await requests.run(doing, send).catch((error: unknown) => {
    throw asFleetError(error, doing);
  });
}
