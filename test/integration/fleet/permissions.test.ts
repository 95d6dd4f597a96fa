import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOf } from '../../../src/artifact/digest.ts';
import { connectFleet } from '../../../src/fleet/connect-fleet.ts';
import type { FleetConnection } from '../../../src/fleet/connection.ts';
import type { FleetControl, FleetNode } from '../../../src/fleet/fleet.ts';
import { createFleetControl } from '../../../src/fleet/fleet-control.ts';
import { createFleetLearning } from '../../../src/fleet/fleet-learning.ts';
import { buildReloadHint } from '../../../src/fleet/reload-hint.ts';
import {
  DESIRED_KEY,
  type FleetNames,
  fleetNames,
  inboxPrefix,
  keySubject,
} from '../../../src/fleet/subjects.ts';
import { candidate, observed } from '../../unit/fleet/learning-samples.ts';
import {
  acknowledgement,
  assignment,
  desiredState,
  eventually,
  log,
  nodeReport,
  openConnectedNode,
  openControl,
  when,
} from './fleet.ts';
import { type SecuredNats, startSecuredNats } from './secured-nats.ts';

const RETENTION = { retention_seconds: 3_600, retention_bytes: 2 ** 20 };

let nats: SecuredNats;
let names: FleetNames;
let control: FleetControl;
let node1: FleetNode;
let node2: FleetNode;

beforeAll(async () => {
  nats = await startSecuredNats();
  names = fleetNames(nats.orchestrator.bucket_prefix);
  control = await openControl(nats.orchestrator);
  node1 = await openConnectedNode(nats.node1, 'node-1');
  node2 = await openConnectedNode(nats.node2, 'node-2');
});

afterAll(async () => {
  await Promise.all([control.close(), node1.close(), node2.close()]);
  await nats.stop();
});

test('permissions - suffice for everything that orchestrator and nodes do', async () => {
  const bytes = randomBytes(700_000);
  const digest = digestOf(bytes);
  const release = assignment(1, digest, bytes.length);
  const heard = Promise.all([
    when((resolve) => control.onReport(resolve), 'report'),
    when((resolve) => control.onAcknowledgement(resolve), 'ack'),
    when<void>((resolve) => node1.onWake((why) => why === 'desired' && resolve()), 'desired'),
    when<void>((resolve) => node2.onWake((why) => why === 'hint' && resolve()), 'hint'),
  ]);

  await control.artifacts.put(digest, bytes);
  expect(await control.desired.write(desiredState(release), 0)).not.toBe('conflict');
  await control.announce(buildReloadHint('universal-waf', release, bytes, ''));
  for (const [node, id] of [
    [node1, 'node-1'],
    [node2, 'node-2'],
  ] as const) {
    expect((await node.desired())?.value).toEqual(desiredState(release));
    expect(Buffer.compare(await node.fetchArtifact(digest, 1_000_000), bytes)).toBe(0);
    await node.report(nodeReport(id));
    await node.acknowledge(acknowledgement(id, 1));
    node.onReconcileRequest(async () => ({ ok: true }));
    expect(await control.requestReconcile(id, 2_000)).toEqual({ ok: true });
  }
  await heard;

  expect(await control.nodes()).toHaveLength(2);
  expect(await control.acknowledgements('v1')).toHaveLength(2);
  const records = await control.records<{ readonly n: number }>('releases');
  expect(await records.create('v1', { n: 1 })).toBe(true);
  expect(await records.latest(5)).toEqual([{ n: 1 }]);
  const document = await control.document<{ readonly n: number }>('rules', 'rules');
  const watched = when<void>((resolve) => void document.watch(() => resolve()), 'document');
  await document.write({ n: 1 }, 0);
  await watched;
  expect(await control.pruneArtifacts(new Set())).toBe(0);
  await control.forgetNode('node-2');

  const generator = await connectFleet(nats.generator, { name: 'generator', log });
  const learning = await createFleetLearning(generator, nats.generator, RETENTION);
  const heardEvent = when<string>((resolve) => {
    learning.traffic.subscribe({ name: 'generator', from: 'oldest' }, ([event]) => {
      if (event !== undefined) resolve(event.id);
    });
  });
  learning.onForeignTelemetry(() => {});
  await node1.publishTraffic([observed()]);
  expect(await heardEvent).toBe('r-1');
  expect(await learning.candidates.put(candidate('one'), 0)).not.toBe('conflict');
  expect(await learning.candidates.list()).toHaveLength(1);
  expect(await learning.feedback.list({ limit: 1 })).toEqual([]);
  const feedback = { v: 1, request_id: 'r-1', label: 'attack', actor: 'ann', at: 1 } as const;
  await expect(learning.feedback.add(feedback)).rejects.toMatchObject({
    code: 'WAF_ERR_FLEET_DENIED',
  });
  expect(generator.status().denied).toBe(1);
  await generator.close();

  const connection = await connectFleet(nats.orchestrator, { name: 'orchestrator', log });
  const own = await createFleetLearning(connection, nats.orchestrator, RETENTION);
  own.onForeignCommand(() => {});
  await own.feedback.add(feedback);
  expect(await own.feedback.list({ limit: 1 })).toEqual([feedback]);
  expect(connection.status().denied).toBe(0);
  await connection.close();

  expect(control.status().denied).toBe(0);
  expect(node1.status().denied).toBe(0);
  expect(node2.status().denied).toBe(0);
});

/** Everything a compromised node might try to publish. */
const FORBIDDEN_PUBLISHES: readonly [string, (names: FleetNames) => string][] = [
  ['desired state', ({ buckets }) => keySubject(buckets.fleet, DESIRED_KEY)],
  ['the report of another node', ({ buckets }) => keySubject(buckets.nodes, 'node-2')],
  ['an acknowledgement of another node', ({ buckets }) => keySubject(buckets.acks, 'v1.node-2')],
  ['a rule', ({ buckets }) => keySubject(buckets.rules, 'rules')],
  ['a release record', ({ buckets }) => keySubject(buckets.releases, 'v1')],
  ['a chunk of an artifact', ({ artifacts }) => `$O.${artifacts}.C.x`],
  ['a hint', ({ reloadHint }) => reloadHint],
  ['a reconcile request to another node', ({ reconcile }) => reconcile('node-2')],
  ['a read of the rules', ({ buckets }) => `$JS.API.STREAM.MSG.GET.KV_${buckets.rules}`],
  ['a read of reports', ({ buckets }) => `$JS.API.STREAM.MSG.GET.KV_${buckets.nodes}`],
  ['a new consumer', ({ buckets }) => `$JS.API.CONSUMER.CREATE.KV_${buckets.fleet}`],
  ['a named consumer', ({ artifacts }) => `$JS.API.CONSUMER.CREATE.OBJ_${artifacts}.a`],
  ['a deletion of a bucket', ({ buckets }) => `$JS.API.STREAM.DELETE.KV_${buckets.fleet}`],
  ['a traffic event of another node', ({ traffic }) => traffic('node-2')],
  ['a candidate', ({ buckets }) => keySubject(buckets.candidates, 'one')],
  ['a command', ({ blockCommands }) => blockCommands],
  ['a purge', ({ artifacts }) => `$JS.API.STREAM.PURGE.OBJ_${artifacts}`],
];

const FORBIDDEN_SUBSCRIPTIONS: readonly [string, (names: FleetNames) => string][] = [
  ['all', () => '>'],
  ['the rules', ({ buckets }) => keySubject(buckets.rules, '>')],
  ['the inbox of another node', () => `${inboxPrefix('node-2')}.>`],
  ['the reconcile requests of another node', ({ reconcile }) => reconcile('node-2')],
];

test('permissions - a node is denied 17 publishes and 4 subscriptions, and each is counted', async () => {
  expect(FORBIDDEN_PUBLISHES).toHaveLength(17);
  expect(FORBIDDEN_SUBSCRIPTIONS).toHaveLength(4);
  const rogue = await connectFleet(nats.node1, { name: 'node-1', log });
  for (const [what, subject] of FORBIDDEN_PUBLISHES) {
    await expect(
      rogue.nats.request(subject(names), '{}', { timeout: 2_000 }),
      what,
    ).rejects.toMatchObject({ code: 'PERMISSIONS_VIOLATION' });
  }
  for (const [what, subject] of FORBIDDEN_SUBSCRIPTIONS) {
    const denied = when<unknown>(
      (resolve) => rogue.nats.subscribe(subject(names), { callback: resolve }),
      what,
    );
    expect(await denied, what).toMatchObject({ code: 'PERMISSIONS_VIOLATION' });
  }
  await eventually(() => rogue.status().denied).toBe(21);
  await rogue.close();

  expect((await control.desired.read())?.version).toBe(1);
  expect((await control.nodes()).map(({ id }) => id)).toEqual(['node-1']);
});

test('permissions - a node that calls itself another one hears no answers', async () => {
  const rogue = await connectFleet(nats.node1, { name: 'node-2', log });
  await expect(
    rogue.manager.streams.getMessage(`KV_${names.buckets.fleet}`, { last_by_subj: 'x' }),
  ).rejects.toThrow();
  expect(rogue.status().denied).toBeGreaterThan(0);
  await rogue.close();
});

test('permissions - what the orchestrator may not do is an error with a code', async () => {
  const connection: FleetConnection = await connectFleet(nats.node2, { name: 'node-2', log });
  await expect(createFleetControl(connection, nats.node2)).rejects.toMatchObject({
    code: 'WAF_ERR_FLEET_DENIED',
  });
  await connection.close();
});

test('connection - without certificate, authority or the right password there is none, and no secret is told', async () => {
  const { orchestrator, node2: withNkey } = nats;
  const none = { ca_file: '', cert_file: '', key_file: '' };
  const attempts = [
    { ...orchestrator, tls: none },
    { ...orchestrator, tls: { ...none, ca_file: orchestrator.tls.ca_file } },
    { ...orchestrator, password: 'wrong password' },
    { ...orchestrator, user: '', password: '' },
    { ...withNkey, nkey_seed_file: '', token: 'not a token' },
    { ...withNkey, nkey_seed_file: '/nonexistent' },
  ];
  for (const settings of attempts) {
    const error = await connectFleet(settings, { name: 'node-1', log }).catch((each) => each);
    expect(error).toMatchObject({ code: 'WAF_ERR_FLEET_CONNECT' });
    expect(error.message).not.toMatch(/wrong password|open sesame|not a token/);
  }
});
