import type { KV, KvEntry } from 'nats';
import type { FleetConnection } from './connection.ts';
import type { FleetControl } from './fleet.ts';
import { asFleetError } from './fleet-error.ts';
import { watchKeys } from './kv-watch.ts';
import { createListeners, type Listeners } from './listeners.ts';
import type { Acknowledgement, NodeReport } from './node-report.ts';
import { isAcknowledgement } from './shapes/acknowledgement.ts';
import { isNodeReport } from './shapes/node-report.ts';
import type { Shape } from './shapes/shape.ts';
import { assertName, isName, keySubject } from './subjects.ts';
import { tryParse } from './try-parse.ts';

const MAX_REPORT_BYTES = 262_144;
const MAX_ACK_BYTES = 65_536;

type NodeWatch = Pick<
  FleetControl,
  'nodes' | 'forgetNode' | 'acknowledgements' | 'onReport' | 'onAcknowledgement' | 'close'
>;

interface NamedBucket {
  readonly bucket: KV;
  readonly bucketName: string;
}

/**
 * What the nodes say, from the buckets `nodes` (key: node id) and `acks` (key: revision.node id). Queries
 * read the bucket, listeners follow it. What stands under another key than its own counts as malformed:
 * NATS permissions guard keys, so a node cannot speak for another one.
 */
export async function createNodeWatch(
  connection: FleetConnection,
  { bucket: nodeBucket, bucketName: nodeBucketName }: NamedBucket,
  { bucket: ackBucket, bucketName: ackBucketName }: NamedBucket,
): Promise<NodeWatch> {
  const readReport = reader(
    connection,
    nodeBucketName,
    MAX_REPORT_BYTES,
    isNodeReport,
    ({ id }) => id,
  );
  const readAck = reader(
    connection,
    ackBucketName,
    MAX_ACK_BYTES,
    isAcknowledgement,
    ({ revision, node }) => `${revision}.${node}`,
  );
  const from = await nextSequence(ackBucket).catch((error: unknown) => {
    throw asFleetError(error, `opening ${ackBucketName}`);
  });
  const reports = createListeners<NodeReport>(connection.listenerFailed);
  const acks = createListeners<Acknowledgement>(connection.listenerFailed);
  const seen = new Map<string, number>();

  const stops = [
    watchKeys(connection, nodeBucket, { key: '*' }, (entry) => {
      // Every new watcher begins with the latest report of each node.
      if (seen.get(entry.key) === entry.revision) return;
      seen.set(entry.key, entry.revision);
      tell(reports, readReport(entry));
    }),
    watchKeys(connection, ackBucket, { key: '>', from }, (entry) => tell(acks, readAck(entry))),
  ];

  return {
    nodes: async () =>
      (await latest(connection, nodeBucket, '*')).flatMap((entry) => readReport(entry) ?? []),
    async forgetNode(id) {
      const doing = `forgetting node ${assertName(id, 'node id')}`;
      await connection.requests
        .run(doing, () => nodeBucket.purge(id))
        .catch((error: unknown) => {
          throw asFleetError(error, doing);
        });
      seen.delete(id);
    },
    async acknowledgements(revision) {
      if (!isName(revision)) return [];
      const entries = await latest(connection, ackBucket, `${revision}.*`);
      return entries.flatMap((entry) => readAck(entry) ?? []);
    },
    onReport: reports.add,
    onAcknowledgement: acks.add,
    async close() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}

function reader<T>(
  connection: FleetConnection,
  bucketName: string,
  maxBytes: number,
  is: Shape<T>,
  keyOf: (value: T) => string,
): (entry: KvEntry) => T | undefined {
  return (entry) => {
    const parsed = tryParse(entry.value, maxBytes, is);
    if ('value' in parsed && keyOf(parsed.value) === entry.key) return parsed.value;
    const fault = 'fault' in parsed ? parsed.fault : 'stands under the key of another';
    connection.malformed(keySubject(bucketName, '*'), `${entry.key.slice(0, 200)}: ${fault}`);
    return undefined;
  };
}

/** The latest entry of every key that matches. */
async function latest(connection: FleetConnection, bucket: KV, key: string): Promise<KvEntry[]> {
  const collect = async () => {
    const entries: KvEntry[] = [];
    for await (const entry of await bucket.history({ key })) {
      // A write during the reading makes nats 2.29.3 deliver its end marker once more, as undefined.
      if ((entry as KvEntry | undefined)?.operation === 'PUT') entries.push(entry);
    }
    return entries;
  };
  const doing = `reading what nodes said (${key})`;
  return await connection.requests.read(doing, collect).catch((error: unknown) => {
    throw asFleetError(error, doing);
  });
}

async function nextSequence(bucket: KV): Promise<number> {
  const { streamInfo } = await bucket.status();
  return streamInfo.state.last_seq + 1;
}

function tell<T>(listeners: Listeners<T>, value: T | undefined): void {
  if (value !== undefined) listeners.tell(value);
}
