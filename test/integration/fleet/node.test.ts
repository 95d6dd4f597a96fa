import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { digestOf } from '../../../src/artifact/digest.ts';
import type { NatsSettings } from '../../../src/config/settings.ts';
import { connectFleet } from '../../../src/fleet/connect-fleet.ts';
import type { FleetControl, FleetNode } from '../../../src/fleet/fleet.ts';
import type { FleetError } from '../../../src/fleet/fleet-error.ts';
import { createFleetNode } from '../../../src/fleet/fleet-node.ts';
import type { Acknowledgement, NodeReport } from '../../../src/fleet/node-report.ts';
import { buildReloadHint } from '../../../src/fleet/reload-hint.ts';
import { startNats, type TestServer } from '../../servers.ts';
import {
  acknowledgement,
  assignment,
  desiredState,
  eventually,
  log,
  nodeReport,
  openConnectedNode,
  openControl,
  openNode,
  settingsFor,
  when,
} from './fleet.ts';

const MAX = 4_000_000;
let nats: TestServer;
let settings: NatsSettings;
let control: FleetControl;
let node: FleetNode;

beforeAll(async () => {
  nats = await startNats();
});

afterAll(async () => {
  await nats.stop();
});

beforeEach(async () => {
  settings = settingsFor(nats.url);
  control = await openControl(settings);
  node = await openConnectedNode(settings, 'node-1');
  return async () => {
    await Promise.all([control.close(), node.close()]);
  };
});

function woken(by: string, of: FleetNode = node): Promise<void> {
  return when<void>(
    (resolve) => of.onWake((why) => (why === by ? resolve() : undefined)),
    `wake by ${by}`,
  );
}

test('desired state - is undefined at first, and a change wakes the node that then reads it', async () => {
  expect(await node.desired()).toBeUndefined();
  const state = desiredState(assignment(1, digestOf('one'), 3));
  const wake = woken('desired');
  const version = await control.desired.write(state, 0);
  await wake;
  expect(await node.desired()).toEqual({ value: state, version });
});

test('desired state - a long, compressed one is read like a short one', async () => {
  const many = Array.from({ length: 200 }, (_, n) => assignment(n + 1, digestOf(`${n}`), n));
  const wake = woken('desired');
  await control.desired.write(desiredState(...many), 0);
  await wake;
  expect((await node.desired())?.value).toEqual(desiredState(...many));
});

test('hint - carries a small artifact, which needs no fetch', async () => {
  const bytes = randomBytes(100_000);
  const digest = digestOf(bytes);
  const wake = woken('hint');
  await control.announce(
    buildReloadHint('universal-waf', assignment(1, digest, bytes.length), bytes, 'first'),
  );
  await wake;
  // It was never stored, so it can only have come with the hint.
  expect(await control.artifacts.get(digest, MAX)).toBeUndefined();
  expect(Buffer.compare(await node.fetchArtifact(digest, MAX), bytes)).toBe(0);
  await expect(node.fetchArtifact(digest, bytes.length - 1)).rejects.toMatchObject({
    code: 'WAF_ERR_FLEET_ARTIFACT_MISSING',
  });
});

test('hint - of a large artifact carries none, and the node fetches', async () => {
  const bytes = randomBytes(600_000);
  const digest = digestOf(bytes);
  await control.artifacts.put(digest, bytes);
  const hint = buildReloadHint('universal-waf', assignment(1, digest, bytes.length), bytes, '');
  expect(hint.bytecode_base64).toBe('');
  const wake = woken('hint');
  await control.announce(hint);
  await wake;
  expect(Buffer.compare(await node.fetchArtifact(digest, MAX), bytes)).toBe(0);
});

test('hint - that lies about the digest of its bytes is not believed', async () => {
  const bytes = randomBytes(1_000);
  const digest = digestOf(bytes);
  await control.artifacts.put(digest, bytes);
  const lie = buildReloadHint(
    'universal-waf',
    assignment(1, digest, 1_000),
    randomBytes(1_000),
    '',
  );
  const wake = woken('hint');
  await control.announce(lie);
  await wake;
  expect(Buffer.compare(await node.fetchArtifact(digest, MAX), bytes)).toBe(0);
});

test('reports - reach the listener and the list, the latest of each node', async () => {
  const second = await openConnectedNode(settings, 'node-2');
  const heard = when<NodeReport>((resolve) => control.onReport(resolve), 'report');
  await node.report(nodeReport('node-1', { state: 'starting' }));
  expect(await heard).toEqual(nodeReport('node-1', { state: 'starting' }));
  await node.report(nodeReport('node-1'));
  await second.report(nodeReport('node-2'));
  const nodes = await control.nodes();
  expect([...nodes].sort((a, b) => a.id.localeCompare(b.id))).toEqual([
    nodeReport('node-1'),
    nodeReport('node-2'),
  ]);
  await control.forgetNode('node-2');
  expect((await control.nodes()).map(({ id }) => id)).toEqual(['node-1']);
  await second.close();
});

test('acknowledgements - reach the listener, and are kept by revision', async () => {
  const heard = when<Acknowledgement>((resolve) => control.onAcknowledgement(resolve), 'ack');
  const ack = acknowledgement('node-1', 7);
  await node.acknowledge(ack);
  expect(await heard).toEqual(ack);
  const nack = acknowledgement('node-1', 8, {
    status: 'NACK',
    running: null,
    error: { code: 'WAF_ERR_X', message: 'why' },
  });
  await node.acknowledge(nack);
  expect(await control.acknowledgements('v7')).toEqual([ack]);
  expect(await control.acknowledgements('v8')).toEqual([nack]);
  expect(await control.acknowledgements('v9')).toEqual([]);
  expect(await control.acknowledgements('>')).toEqual([]);
});

test('acknowledgements - of a revision long past are forgotten', async () => {
  await node.acknowledge(acknowledgement('node-1', 5));
  await node.acknowledge(acknowledgement('node-1', 6));
  await control.announce(
    buildReloadHint('universal-waf', assignment(1_005, digestOf('x'), 1), undefined, ''),
  );
  await eventually(() => control.acknowledgements('v5')).toEqual([]);
  expect(await control.acknowledgements('v6')).toHaveLength(1);
});

test('reconcile - the answer of the node comes back, whatever it is', async () => {
  expect(await control.requestReconcile('node-1', 2_000)).toEqual({
    ok: false,
    error: 'not ready',
  });
  const stop = node.onReconcileRequest(async () => ({ ok: true }));
  expect(await control.requestReconcile('node-1', 2_000)).toEqual({ ok: true });
  stop();
  node.onReconcileRequest(async () => {
    throw new Error('disk is full');
  });
  expect(await control.requestReconcile('node-1', 2_000)).toEqual({
    ok: false,
    error: 'disk is full',
  });
  node.onReconcileRequest(() => new Promise(() => {}));
  expect(await control.requestReconcile('node-1', 50)).toEqual({
    ok: false,
    error: 'no answer within 50 ms',
  });
  expect(await control.requestReconcile('node-404', 2_000)).toEqual({
    ok: false,
    error: 'the node is not connected to NATS',
  });
});

test('node - one made before the server is up answers at once, and connects when it is', async () => {
  const other = await startNats();
  await other.stop();
  const early = openNode(settingsFor(other.url), 'early');
  expect(early.status()).toEqual({
    connected: false,
    server: null,
    reconnects: 0,
    malformed: {},
    denied: 0,
  });
  const unavailable = { code: 'WAF_ERR_FLEET_UNAVAILABLE' };
  await expect(early.desired()).rejects.toMatchObject(unavailable);
  await expect(early.fetchArtifact(digestOf('x'), 1)).rejects.toMatchObject(unavailable);
  await expect(early.report(nodeReport('early'))).rejects.toMatchObject(unavailable);

  const connected = woken('reconnect', early);
  await other.start();
  await connected;
  expect(early.status().connected).toBe(true);
  // No orchestrator has made the bucket yet.
  expect(await early.desired()).toBeUndefined();
  await early.close();
  await other.stop();
});

test('node - after a server restart it wakes, hears changes, and delivers the acknowledgement it kept', async () => {
  const state = desiredState(assignment(1, digestOf('one'), 3));
  await control.desired.write(state, 0);
  const acks: string[] = [];
  control.onAcknowledgement(({ revision }) => acks.push(revision));
  await node.acknowledge(acknowledgement('node-1', 0));
  await eventually(() => acks).toEqual(['v0']);
  const reconnected = woken('reconnect');
  await nats.kill();
  await eventually(() => node.status().connected).toBe(false);
  await expect(node.desired()).rejects.toMatchObject({ code: 'WAF_ERR_FLEET_UNAVAILABLE' });
  await node.acknowledge(acknowledgement('node-1', 1));
  await node.acknowledge(acknowledgement('node-1', 2));

  await nats.start();
  await reconnected;
  expect((await node.desired())?.value).toEqual(state);
  await eventually(() => acks).toEqual(['v0', 'v2']);

  const changed = woken('desired');
  await control.desired.write(desiredState(), (await control.desired.read())?.version ?? 0);
  await changed;
  expect((await node.desired())?.value).toEqual(desiredState());
  expect(node.status().reconnects).toBe(1);
});

test('node - without a usable server, waiting for none, everything fails with the reason', async () => {
  const other = await startNats();
  await other.stop();
  const unusable = settingsFor(other.url);
  const node = createFleetNode(connectFleet(unusable, { name: 'node-1', log }), unusable, {
    id: 'node-1',
  });
  await eventually(() => node.desired().catch((error: FleetError) => error.code)).toBe(
    'WAF_ERR_FLEET_CONNECT',
  );
  await node.close();
});

test('node - listeners and handlers that throw do not disturb the connection', async () => {
  const broken = () => {
    throw new Error('listener');
  };
  node.onWake(broken);
  control.onReport(broken);
  control.onAcknowledgement(broken);
  await control.announce(
    buildReloadHint('universal-waf', assignment(1, digestOf('x'), 1), undefined, ''),
  );
  const wake = woken('desired');
  await control.desired.write(desiredState(), 0);
  await wake;
  await node.report(nodeReport('node-1'));
  const heard = when<Acknowledgement>((resolve) => control.onAcknowledgement(resolve), 'ack');
  await node.acknowledge(acknowledgement('node-1', 1));
  await heard;
  expect(node.status().connected).toBe(true);
  expect(control.status().connected).toBe(true);
});

test('node - waiting for the first connection ends when it is told to', async () => {
  const other = await startNats();
  await other.stop();
  const leaving = new AbortController();
  const connecting = connectFleet(settingsFor(other.url), {
    name: 'node-1',
    log,
    waitOnFirstConnect: true,
    signal: leaving.signal,
  });
  leaving.abort();
  await expect(connecting).rejects.toMatchObject({ code: 'WAF_ERR_FLEET_CONNECT' });
});
