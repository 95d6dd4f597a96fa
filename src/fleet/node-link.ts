import { setTimeout as pause } from 'node:timers/promises';
import type { KV, Msg, NatsError } from 'nats';
import type { FleetConnection } from './connection.ts';
import type { DesiredState } from './desired-state.ts';
import type { Document } from './document.ts';
import type { ReloadHint } from './fleet.ts';
import { createKvDocument } from './kv-document.ts';
import { isDesiredState } from './shapes/desired-state.ts';
import type { ReconcileAnswer } from './shapes/reconcile-answer.ts';
import { isReloadHint } from './shapes/reload-hint.ts';
import { DESIRED_KEY, type FleetNames, keySubject } from './subjects.ts';
import { tryParse } from './try-parse.ts';

/** What a node has once there is a connection. */
export interface NodeLink {
  readonly connection: FleetConnection;
  readonly desired: Document<DesiredState>;
  readonly nodes: KV;
  readonly acks: KV;
}

/** What the link tells the node. */
export interface NodeLinkEvents {
  desiredChanged(): void;
  hinted(hint: ReloadHint): void;
  reconnected(): void;
  reconcile(): Promise<ReconcileAnswer>;
}

/** Milliseconds between looks at the bucket, after its subject was heard. */
const STORED_WITHIN = [0, 20, 80, 320];
const MAX_ERROR_TEXT = 1_000;

/**
 * Binds the buckets and subscribes. Nothing here needs more than `nodePermissions`: no stream or
 * consumer is looked up or made.
 */
export async function openNodeLink(
  connection: FleetConnection,
  names: FleetNames,
  nodeId: string,
  events: NodeLinkEvents,
): Promise<NodeLink> {
  const { nats } = connection;
  const bind = (bucketName: string) =>
    connection.jetstream.views.kv(bucketName, { bindOnly: true });
  const [fleet, nodes, acks] = await Promise.all([
    bind(names.buckets.fleet),
    bind(names.buckets.nodes),
    bind(names.buckets.acks),
  ]);

  // A subscription that the server denies calls back with an error; the connection counts it.
  const on = (subject: string, handle: (message: Msg) => unknown) =>
    nats.subscribe(subject, {
      callback: (error: NatsError | null, message) => {
        // Apart from the client's read loop, which an exception would end for good.
        if (error === null) Promise.resolve(message).then(handle).catch(connection.listenerFailed);
      },
    });
  on(names.reloadHint, (message) => {
    const parsed = tryParse(message.data, connection.maxPayload(), isReloadHint);
    if ('value' in parsed) events.hinted(parsed.value);
    else connection.malformed(names.reloadHint, parsed.fault);
  });
  on(keySubject(names.buckets.fleet, DESIRED_KEY), async (message) => {
    if (await isStored(fleet, message.data)) events.desiredChanged();
  });
  on(names.reconcile(nodeId), async (message) => {
    const answer = await answerTo(message, connection, events);
    message.respond(JSON.stringify(answer));
  });
  connection.onReconnect(events.reconnected);
  // From here on nothing is missed. Should the connection break now, the client subscribes again.
  await nats.flush().catch(() => {});

  const desired = createKvDocument(connection, {
    bucket: fleet,
    bucketName: names.buckets.fleet,
    key: DESIRED_KEY,
    is: isDesiredState,
  });
  return { connection, desired, nodes, acks };
}

/**
 * Subscribers hear a write before JetStream has stored it, and hear one that then loses its
 * compare-and-set; so what was heard counts when it can be read.
 */
async function isStored(bucket: KV, data: Uint8Array): Promise<boolean> {
  for (const wait of STORED_WITHIN) {
    if (wait > 0) await pause(wait);
    const entry = await bucket.get(DESIRED_KEY).catch(() => null);
    if (entry !== null && Buffer.compare(entry.value, data) === 0) return true;
  }
  return false;
}

async function answerTo(
  message: Msg,
  connection: FleetConnection,
  events: NodeLinkEvents,
): Promise<ReconcileAnswer> {
  if (message.data.length > 0) {
    connection.malformed(message.subject, 'a reconcile request has no payload');
    return { ok: false, error: 'malformed request' };
  }
  try {
    return await events.reconcile();
  } catch (error) {
    return { ok: false, error: String((error as Error).message).slice(0, MAX_ERROR_TEXT) };
  }
}
