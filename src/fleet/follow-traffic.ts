import { setTimeout as pause } from 'node:timers/promises';
import {
  AckPolicy,
  type Consumer,
  type ConsumerMessages,
  DeliverPolicy,
  type JsMsg,
  nanos,
} from 'nats';
import type { FleetConnection } from './connection.ts';
import { isNotFound } from './fleet-error.ts';
import {
  isObservedRequest,
  MAX_EVENT_BYTES,
  type ObservedRequest,
} from './shapes/observed-request.ts';
import { assertName, type FleetNames } from './subjects.ts';
import { tryParse } from './try-parse.ts';

export interface TrafficFollowing {
  /** The place in the stream is kept on the server under this name; readers of one name share the events. */
  readonly name: string;
  /** Where a name that is not known yet begins. A number: milliseconds since the epoch. */
  readonly from: 'now' | 'oldest' | number;
}

/** A batch is handed over when it is this long, or when there is nothing more for the moment. */
const BATCH = 256;
const WAIT_MS = 1_000;
const RETRY_MS = 250;
/** A batch that was not dealt with in this time comes again. */
const ACK_WAIT_MS = 60_000;
/** A name that nobody used for so long is forgotten. */
const FORGOTTEN_AFTER_MS = 7 * 24 * 3_600_000;

/**
 * Hands the events of the stream over in batches, one batch at a time, in order but for those that come
 * again. A batch counts as done
 * when the handler is: after a crash, or when the handler throws, it comes again. What is not an event,
 * or claims to be of another node than the one that published it, is counted and left out.
 */
export function followTraffic(
  connection: FleetConnection,
  names: FleetNames,
  following: TrafficFollowing,
  handle: (events: readonly ObservedRequest[]) => void | Promise<void>,
): () => Promise<void> {
  const stopping = new AbortController();
  let messages: ConsumerMessages | undefined;
  let underWay: Promise<void> = Promise.resolve();

  const read = (message: JsMsg): ObservedRequest | undefined => {
    const parsed = tryParse(message.data, MAX_EVENT_BYTES, isObservedRequest);
    if ('value' in parsed && names.traffic(parsed.value.node_id) === message.subject) {
      return parsed.value;
    }
    const fault = 'fault' in parsed ? parsed.fault : 'speaks for another node';
    connection.malformed(names.trafficOfAll, fault);
    return undefined;
  };
  const deal = async (batch: readonly JsMsg[]) => {
    const events = batch.flatMap((message) => read(message) ?? []);
    try {
      if (events.length > 0) await handle(events);
    } catch (error) {
      for (const message of batch) message.nak(RETRY_MS);
      throw error;
    }
    for (const message of batch) message.ack();
  };
  const fetchOnce = async (consumer: Consumer) => {
    messages = await consumer.fetch({ max_messages: BATCH, expires: WAIT_MS });
    let batch: JsMsg[] = [];
    for await (const message of messages) {
      batch.push(message);
      // The server says with each message how many wait behind it.
      if (message.info.pending > 0) continue;
      underWay = deal(batch);
      batch = [];
      await underWay;
    }
    underWay = deal(batch);
    await underWay;
  };
  const follow = async () => {
    while (!stopping.signal.aborted && !connection.nats.isClosed()) {
      try {
        const consumer = await openConsumer(connection, names, following);
        while (!stopping.signal.aborted) await fetchOnce(consumer);
      } catch (error) {
        connection.log.warn({ error: (error as Error).message }, 'nats: traffic events not read');
      }
      await pause(RETRY_MS, undefined, { ref: false, signal: stopping.signal }).catch(() => {});
    }
  };

  const forget = connection.onReconnect(() => messages?.stop());
  const followed = follow();
  return async () => {
    forget();
    stopping.abort();
    messages?.stop();
    await Promise.allSettled([underWay, followed]);
  };
}

/** The consumer that keeps the place; made when it is not there. */
async function openConsumer(
  { manager, jetstream }: FleetConnection,
  { trafficStream }: FleetNames,
  { name, from }: TrafficFollowing,
): Promise<Consumer> {
  const durable_name = assertName(name, 'consumer name');
  const start =
    typeof from === 'number'
      ? { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(from).toISOString() }
      : { deliver_policy: from === 'now' ? DeliverPolicy.New : DeliverPolicy.All };
  await manager.consumers.info(trafficStream, durable_name).catch(async (error: unknown) => {
    if (!isNotFound(error)) throw error;
    await manager.consumers.add(trafficStream, {
      ...start,
      durable_name,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACK_WAIT_MS),
      max_ack_pending: 4 * BATCH,
      inactive_threshold: nanos(FORGOTTEN_AFTER_MS),
    });
  });
  return await jetstream.consumers.get(trafficStream, durable_name);
}
