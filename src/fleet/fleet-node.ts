import type { NatsSettings } from '../config/settings.ts';
import { createAckOutbox } from './ack-outbox.ts';
import type { FleetConnection } from './connection.ts';
import { fetchObject } from './fetch-object.ts';
import type { FleetNode, FleetStatus } from './fleet.ts';
import { asFleetError, FleetError, notConnected } from './fleet-error.ts';
import { createHintMemory } from './hint-memory.ts';
import { createListeners } from './listeners.ts';
import { type NodeLink, openNodeLink } from './node-link.ts';
import { publishTraffic } from './publish-traffic.ts';
import type { ReconcileAnswer } from './shapes/reconcile-answer.ts';
import { assertName, fleetNames } from './subjects.ts';

type WakeListener = Parameters<FleetNode['onWake']>[0];
type WakeCause = Parameters<WakeListener>[0];
type ReconcileHandler = () => Promise<ReconcileAnswer>;

const NEVER_CONNECTED: FleetStatus = {
  connected: false,
  server: null,
  reconnects: 0,
  malformed: {},
  denied: 0,
};

/**
 * A node's end of the fleet; usable at once, while `connecting` is still pending. Until then, and while
 * the server is away, everything that needs it rejects with `WAF_ERR_FLEET_UNAVAILABLE` without waiting.
 * The first connection wakes like a reconnect. With `documentedTraffic`, traffic events are also published in
 * SecBeat's forms. When `connecting` fails, everything rejects with its error.
 */
export function createFleetNode(
  connecting: Promise<FleetConnection>,
  settings: NatsSettings,
  identity: { readonly id: string },
  documentedTraffic = false,
): FleetNode {
  const id = assertName(identity.id, 'node id');
  const names = fleetNames(settings.bucket_prefix);
  const hints = createHintMemory();
  const wakes = createListeners<WakeCause>((error) => link?.connection.listenerFailed(error));
  let onReconcile: ReconcileHandler | undefined;
  let link: NodeLink | undefined;
  let failure: unknown;

  const linked = (doing: string): NodeLink => {
    if (link?.connection.requests.isUp()) return link;
    throw failure === undefined ? notConnected(doing) : asFleetError(failure, doing);
  };
  const outbox = createAckOutbox((ack) => {
    const { acks, connection } = linked('acknowledging');
    const store = () => acks.put(`${ack.revision}.${id}`, JSON.stringify(ack));
    return connection.requests.run('acknowledging', store);
  });
  const reconnected = () => {
    void outbox.flush();
    wakes.tell('reconnect');
  };
  const opening = connecting
    .then(async (connection) => {
      link = await openNodeLink(connection, names, id, {
        desiredChanged: () => wakes.tell('desired'),
        hinted(hint) {
          hints.remember(hint);
          wakes.tell('hint');
        },
        reconnected,
        reconcile: async () => (await onReconcile?.()) ?? { ok: false, error: 'not ready' },
      });
      reconnected();
    })
    .catch((error: unknown) => {
      failure = error;
    });

  return {
    desired: async () => await linked('reading desired state').desired.read(),
    onWake: wakes.add,
    async fetchArtifact(digest, maxBytes) {
      const hinted = hints.recall(digest, maxBytes);
      if (hinted !== undefined) return hinted;
      const { connection } = linked(`fetching ${digest}`);
      const stored = await fetchObject(connection, names.artifacts, digest, maxBytes);
      if (stored !== undefined) return stored;
      throw new FleetError('WAF_ERR_FLEET_ARTIFACT_MISSING', `no artifact ${digest} is stored`);
    },
    async report(report) {
      const { nodes, connection } = linked('reporting');
      await connection.requests
        .run('reporting', () => nodes.put(id, JSON.stringify(report)))
        .catch((error: unknown) => {
          throw asFleetError(error, 'reporting');
        });
      void outbox.flush();
    },
    acknowledge: outbox.send,
    async publishTraffic(events) {
      const { connection } = linked('publishing traffic events');
      await publishTraffic(connection, names, id, events, documentedTraffic);
    },
    onReconcileRequest(handler) {
      onReconcile = handler;
      return () => {
        if (onReconcile === handler) onReconcile = undefined;
      };
    },
    status: () => link?.connection.status() ?? NEVER_CONNECTED,
    async close() {
      wakes.clear();
      if (link === undefined) void opening.then(() => link?.connection.close());
      else await link.connection.close();
    },
  };
}
