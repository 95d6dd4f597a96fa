import { assertName, DESIRED_KEY, fleetNames, inboxPrefix, keySubject } from './subjects.ts';

/** What a NATS user may do; everything else is denied. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** May answer a request once, on whatever inbox it names. */
  readonly allowResponses: boolean;
}

/**
 * A node reads desired state and artifacts, and writes its own report and acknowledgements. It may make
 * no consumer and look up no stream. Its NATS client must be named like the node (`connectFleet` does).
 */
export function nodePermissions(nodeId: string, bucketPrefix: string): Permissions {
  const { buckets, artifacts, reloadHint, reconcile } = fleetNames(bucketPrefix);
  const id = assertName(nodeId, 'node id');
  return {
    publish: [
      `$JS.API.STREAM.MSG.GET.KV_${buckets.fleet}`,
      `$JS.API.STREAM.MSG.GET.OBJ_${artifacts}`,
      `$JS.API.DIRECT.GET.OBJ_${artifacts}`,
      keySubject(buckets.nodes, id),
      keySubject(buckets.acks, `*.${id}`),
    ],
    subscribe: [
      `${inboxPrefix(id)}.>`,
      reloadHint,
      reconcile(id),
      keySubject(buckets.fleet, DESIRED_KEY),
    ],
    allowResponses: true,
  };
}

/** The orchestrator makes the buckets, writes what nodes read, reads what they say, and asks them. */
export function orchestratorPermissions(bucketPrefix: string): Permissions {
  const { prefix, buckets, artifacts, reloadHint } = fleetNames(bucketPrefix);
  const streams = [...Object.values(buckets).map((bucket) => `KV_${bucket}`), `OBJ_${artifacts}`];
  return {
    publish: [
      ...streams.flatMap((stream) => [
        ...['INFO', 'CREATE', 'PURGE', 'MSG.GET'].map((call) => `$JS.API.STREAM.${call}.${stream}`),
        `$JS.API.CONSUMER.CREATE.${stream}`,
        `$JS.API.CONSUMER.*.${stream}.>`,
      ]),
      '$JS.API.STREAM.NAMES',
      `$JS.API.DIRECT.GET.OBJ_${artifacts}`,
      '$JS.FC.>',
      // Acknowledgements are for nodes to write; reports it only forgets.
      ...[buckets.fleet, buckets.rules, buckets.releases, buckets.nodes].map(
        (bucket) => `$KV.${bucket}.>`,
      ),
      `$O.${artifacts}.>`,
      reloadHint,
      `${prefix}.node.*.reconcile`,
    ],
    subscribe: [`${inboxPrefix('orchestrator')}.>`],
    allowResponses: false,
  };
}

/** The block `{ … }` after `permissions:` in a NATS server configuration. */
export function renderPermissions({ publish, subscribe, allowResponses }: Permissions): string {
  return [
    '{',
    ...renderSubjects('publish', publish),
    ...renderSubjects('subscribe', subscribe),
    ...(allowResponses ? ['  allow_responses: true'] : []),
    '}',
  ].join('\n');
}

function renderSubjects(key: string, subjects: readonly string[]): string[] {
  return [`  ${key}: [`, ...subjects.map((subject) => `    "${subject}"`), '  ]'];
}
