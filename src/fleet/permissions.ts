import {
  assertName,
  DESIRED_KEY,
  type FleetNames,
  fleetNames,
  inboxPrefix,
  keySubject,
} from './subjects.ts';

/** What a NATS user may do; everything else is denied. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** May answer a request once, on whatever inbox it names. */
  readonly allowResponses: boolean;
}

/**
 * A node reads desired state and artifacts, and writes its own report, acknowledgements and traffic. It may
 * make no consumer and look up no stream. Its NATS client must be named like the node (`connectFleet` does).
 */
export function nodePermissions(nodeId: string, bucketPrefix: string): Permissions {
  const names = fleetNames(bucketPrefix);
  const { buckets, artifacts, reloadHint, reconcile } = names;
  const id = assertName(nodeId, 'node id');
  return {
    publish: [
      `$JS.API.STREAM.MSG.GET.KV_${buckets.fleet}`,
      `$JS.API.STREAM.MSG.GET.OBJ_${artifacts}`,
      `$JS.API.DIRECT.GET.OBJ_${artifacts}`,
      keySubject(buckets.nodes, id),
      keySubject(buckets.acks, `*.${id}`),
      names.traffic(id),
      names.telemetry(id),
      names.wafEvents,
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
  const names = fleetNames(bucketPrefix);
  const { prefix, buckets, artifacts, reloadHint } = names;
  const streams = [...Object.values(buckets).map((bucket) => `KV_${bucket}`), `OBJ_${artifacts}`];
  return {
    publish: [
      ...streams.flatMap(storage),
      ...trafficReading(names),
      '$JS.API.STREAM.NAMES',
      `$JS.API.DIRECT.GET.OBJ_${artifacts}`,
      '$JS.FC.>',
      // Acknowledgements are for nodes to write; reports it only forgets.
      ...Object.values(buckets)
        .filter((bucket) => bucket !== buckets.acks)
        .map((bucket) => `$KV.${bucket}.>`),
      `$O.${artifacts}.>`,
      reloadHint,
      `${prefix}.node.*.reconcile`,
    ],
    subscribe: [
      `${inboxPrefix('orchestrator')}.>`,
      names.telemetryOfAll,
      names.blockCommands,
      names.controlCommands,
    ],
    allowResponses: false,
  };
}

/** A generator of its own process reads traffic events and what people say, and writes candidates. */
export function generatorPermissions(bucketPrefix: string): Permissions {
  const names = fleetNames(bucketPrefix);
  const { buckets } = names;
  return {
    publish: [
      ...[buckets.candidates, buckets.feedback].flatMap((bucket) => storage(`KV_${bucket}`)),
      ...trafficReading(names),
      '$JS.API.STREAM.NAMES',
      '$JS.FC.>',
      `$KV.${buckets.candidates}.>`,
    ],
    subscribe: [`${inboxPrefix('generator')}.>`, names.telemetryOfAll],
    allowResponses: false,
  };
}

/** Making, reading and purging a stream, and making consumers on it. */
function storage(stream: string): string[] {
  return [
    ...['INFO', 'CREATE', 'PURGE', 'MSG.GET'].map((call) => `$JS.API.STREAM.${call}.${stream}`),
    `$JS.API.CONSUMER.CREATE.${stream}`,
    `$JS.API.CONSUMER.*.${stream}.>`,
  ];
}

/** Making the stream of traffic events, keeping a place in it and reading on from there. */
function trafficReading({ trafficStream }: FleetNames): string[] {
  return [
    ...['INFO', 'CREATE', 'UPDATE'].map((call) => `$JS.API.STREAM.${call}.${trafficStream}`),
    `$JS.API.CONSUMER.*.${trafficStream}.>`,
    `$JS.API.CONSUMER.DURABLE.CREATE.${trafficStream}.*`,
    `$JS.API.CONSUMER.MSG.NEXT.${trafficStream}.*`,
    `$JS.ACK.${trafficStream}.>`,
  ];
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
