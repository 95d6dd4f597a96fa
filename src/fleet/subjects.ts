import { FleetError } from './fleet-error.ts';

/**
 * Every subject, bucket and key of the fleet; the reference page is docs/nats.md. The prefix
 * (`nats.bucket_prefix`, `secbeat` by default) keeps several fleets apart on one server: it begins
 * the names of the buckets and of the subjects alike.
 */
export interface FleetNames {
  readonly prefix: string;
  /** A hint to all nodes: desired state has changed. */
  readonly reloadHint: string;
  /** Request and reply: this node, reconcile now. */
  reconcile(nodeId: string): string;
  readonly buckets: Readonly<
    Record<'fleet' | 'rules' | 'releases' | 'nodes' | 'acks' | 'candidates' | 'feedback', string>
  >;
  /** JetStream stream of the traffic events, and the subject of a node's. */
  readonly trafficStream: string;
  traffic(nodeId: string): string;
  readonly trafficOfAll: string;
  /** Documented: one message per request that was blocked or logged. */
  readonly wafEvents: string;
  /** Documented: one message per sampled request of a node. */
  telemetry(nodeId: string): string;
  readonly telemetryOfAll: string;
  /** Documented: commands to block an address. */
  readonly blockCommands: string;
  readonly controlCommands: string;
  /** Object Store bucket; objects are named by digest. */
  readonly artifacts: string;
}

/** The key of the desired state in the bucket `fleet`. */
export const DESIRED_KEY = 'desired';

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Throws `WAF_ERR_FLEET_NAME` for a prefix that no bucket can have. '' stands for `secbeat`. */
export function fleetNames(bucketPrefix: string): FleetNames {
  const prefix = assertName(bucketPrefix === '' ? 'secbeat' : bucketPrefix, 'bucket prefix');
  return {
    prefix,
    reloadHint: `${prefix}.wasm.reload`,
    reconcile: (nodeId) => `${prefix}.node.${assertName(nodeId, 'node id')}.reconcile`,
    buckets: {
      fleet: `${prefix}_fleet`,
      rules: `${prefix}_rules`,
      releases: `${prefix}_releases`,
      nodes: `${prefix}_nodes`,
      acks: `${prefix}_acks`,
      candidates: `${prefix}_candidates`,
      feedback: `${prefix}_feedback`,
    },
    trafficStream: `${prefix}_traffic`,
    trafficOfAll: `${prefix}.traffic.*`,
    telemetryOfAll: `${prefix}.telemetry.*`,
    traffic: (nodeId) => `${prefix}.traffic.${assertName(nodeId, 'node id')}`,
    wafEvents: `${prefix}.events.waf`,
    telemetry: (nodeId) => `${prefix}.telemetry.${assertName(nodeId, 'node id')}`,
    blockCommands: `${prefix}.commands.block`,
    controlCommands: `${prefix}.control.commands`,
    artifacts: `${prefix}_artifacts`,
  };
}

/** Whether a text can be a node id, and so a token of a subject and of a key. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/** Returns `name`, or throws `WAF_ERR_FLEET_NAME` that says `what` it should have been. */
export function assertName(name: string, what: string): string {
  if (isName(name)) return name;
  throw new FleetError(
    'WAF_ERR_FLEET_NAME',
    `not a ${what}: ${JSON.stringify(name.slice(0, 100))}; use 1 to 64 of A-Z a-z 0-9 _ -`,
  );
}

/** The subject on which a KV bucket stores a key. */
export function keySubject(bucket: string, key: string): string {
  return `$KV.${bucket}.${key}`;
}

/** The subject of an object's metadata. */
export function objectMetaSubject(bucket: string, name: string): string {
  return `$O.${bucket}.M.${Buffer.from(name).toString('base64').replaceAll('+', '-').replaceAll('/', '_')}`;
}

/** The subject of the chunks of one upload of an object. */
export function objectChunkSubject(bucket: string, upload: string): string {
  return `$O.${bucket}.C.${upload}`;
}

/** A client listens for answers on its own inbox only, so that permissions can keep inboxes apart. */
export function inboxPrefix(clientName: string): string {
  return `_INBOX_${assertName(clientName, 'client name')}`;
}
