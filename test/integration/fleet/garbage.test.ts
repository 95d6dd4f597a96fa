import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOf } from '../../../src/artifact/digest.ts';
import type { NatsSettings } from '../../../src/config/settings.ts';
import { connectFleet } from '../../../src/fleet/connect-fleet.ts';
import type { FleetConnection } from '../../../src/fleet/connection.ts';
import type { FleetControl, FleetNode } from '../../../src/fleet/fleet.ts';
import { type FleetNames, fleetNames, keySubject } from '../../../src/fleet/subjects.ts';
import { startNats, type TestServer } from '../../servers.ts';
import {
  acknowledgement,
  assignment,
  desiredState,
  log,
  nodeReport,
  openConnectedNode,
  openControl,
  settingsFor,
  when,
} from './fleet.ts';

/** What anybody with a NATS client could send; every entry goes to every subject and key. */
const GARBAGE: readonly Uint8Array[] = [
  '',
  'null',
  'true',
  '42',
  '"text"',
  '[]',
  '[[[[[[[[[[]]]]]]]]]]',
  '{}',
  '{"format":1}',
  '{"format":1,"modules":{"x":null}}',
  '{"format":2,"modules":{}}',
  '{"id":"node-1"}',
  '{"__proto__":{"ok":true}}',
  '{"a":',
  '\u0000\u0001\u0002',
  `{"deployment_id":"${'x'.repeat(100_000)}"}`,
].map((text) => Buffer.from(text));
const BINARY = [
  Buffer.from([0x1f, 0x8b, 8, 0]),
  Buffer.from([0xff, 0xfe, 0xc0]),
  randomBytes(4_096),
];

let nats: TestServer;
let settings: NatsSettings;
let names: FleetNames;
let control: FleetControl;
let node: FleetNode;
let raw: FleetConnection;

beforeAll(async () => {
  nats = await startNats();
  settings = settingsFor(nats.url);
  names = fleetNames(settings.bucket_prefix);
  control = await openControl(settings);
  node = await openConnectedNode(settings, 'node-1');
  raw = await connectFleet(settings, { name: 'raw', log });
});

afterAll(async () => {
  await Promise.all([control.close(), node.close(), raw.close()]);
  await nats.stop();
});

test('garbage - on every subject and in every bucket leaves node and orchestrator healthy', async () => {
  const document = await control.document('rules', 'rules');
  const changes: unknown[] = [];
  await document.watch(({ value }) => changes.push(value));
  let reports = 0;
  let acks = 0;
  control.onReport(() => {
    reports += 1;
  });
  control.onAcknowledgement(() => {
    acks += 1;
  });

  const keys = [
    keySubject(names.buckets.fleet, 'desired'),
    keySubject(names.buckets.nodes, 'node-1'),
    keySubject(names.buckets.nodes, 'nobody'),
    keySubject(names.buckets.acks, 'v1.node-1'),
    keySubject(names.buckets.acks, 'nonsense'),
    keySubject(names.buckets.releases, 'v1'),
    keySubject(names.buckets.rules, 'rules'),
  ];
  let published = 0;
  for (const bytes of [...GARBAGE, ...BINARY]) {
    for (const subject of [names.reloadHint, names.reconcile('node-1')]) {
      raw.nats.publish(subject, bytes);
      published += 1;
    }
    for (const key of keys) {
      await raw.jetstream.publish(key, bytes);
      published += 1;
    }
  }
  expect(published).toBe(19 * 9);
  await raw.nats.flush();

  // {} and the like are documents as far as this room can tell; what is in them is their owner's matter.
  expect(changes.every((value) => typeof value === 'object' && value !== null)).toBe(true);
  expect(await control.nodes()).toEqual([]);
  expect(await control.acknowledgements('v1')).toEqual([]);
  await expect(control.desired.read()).rejects.toMatchObject({
    code: 'WAF_ERR_FLEET_DOCUMENT_MALFORMED',
  });
  await expect(node.desired()).rejects.toMatchObject({ code: 'WAF_ERR_FLEET_DOCUMENT_MALFORMED' });
  expect(await (await control.records('releases')).latest(5)).toEqual([]);

  const seenByNode = node.status().malformed;
  expect(seenByNode[names.reloadHint]).toBe(19);
  // An empty message is what a reconcile request looks like.
  expect(seenByNode[names.reconcile('node-1')]).toBe(18);
  const seenByControl = control.status().malformed;
  expect(seenByControl[keySubject(names.buckets.nodes, '*')]).toBeGreaterThan(0);
  expect(seenByControl[keySubject(names.buckets.acks, '*')]).toBeGreaterThan(0);
  expect(reports + acks).toBe(0);
});

test('garbage - afterwards everything still works', async () => {
  const bucket = await raw.jetstream.views.kv(names.buckets.fleet, { bindOnly: true });
  const state = desiredState(assignment(1, digestOf('one'), 3));
  const wake = when<void>((resolve) => {
    node.onWake((why) => (why === 'desired' ? resolve() : undefined));
  }, 'wake');
  await bucket.put('desired', JSON.stringify(state));
  await wake;
  expect((await node.desired())?.value).toEqual(state);
  const { version } = (await control.desired.read()) ?? { version: 0 };
  expect(await control.desired.write(desiredState(), version)).not.toBe('conflict');

  const heard = Promise.all([
    when((resolve) => control.onReport(resolve), 'report'),
    when((resolve) => control.onAcknowledgement(resolve), 'ack'),
  ]);
  await node.report(nodeReport('node-1'));
  await node.acknowledge(acknowledgement('node-1', 1));
  expect(await heard).toHaveLength(2);
  node.onReconcileRequest(async () => ({ ok: true }));
  expect(await control.requestReconcile('node-1', 2_000)).toEqual({ ok: true });
});

test('garbage - a report or acknowledgement under the key of another node counts as malformed', async () => {
  const before = await control.acknowledgements('v1');
  await raw.jetstream.publish(
    keySubject(names.buckets.nodes, 'node-2'),
    JSON.stringify(nodeReport('node-3')),
  );
  await raw.jetstream.publish(
    keySubject(names.buckets.acks, 'v1.node-2'),
    JSON.stringify(acknowledgement('node-3', 1)),
  );
  expect((await control.nodes()).map(({ id }) => id)).toEqual(['node-1']);
  expect(await control.acknowledgements('v1')).toEqual(before);
});

test('garbage - an answer to a reconcile request that is none is reported as such', async () => {
  raw.nats.subscribe(names.reconcile('node-7'), {
    callback: (_error, message) => message.respond('{"ok":"yes"}'),
  });
  await raw.nats.flush();
  expect(await control.requestReconcile('node-7', 2_000)).toEqual({
    ok: false,
    error: 'malformed answer: JSON of another shape',
  });
  expect(control.status().malformed[names.reconcile('node-7')]).toBe(1);
});
