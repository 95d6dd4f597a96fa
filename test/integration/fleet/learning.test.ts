import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NatsSettings } from '../../../src/config/settings.ts';
import type { CandidateChange } from '../../../src/fleet/candidates.ts';
import { connectFleet } from '../../../src/fleet/connect-fleet.ts';
import type { FleetConnection } from '../../../src/fleet/connection.ts';
import { createFleetLearning, type FleetLearning } from '../../../src/fleet/fleet-learning.ts';
import { createFleetNode } from '../../../src/fleet/fleet-node.ts';
import type { ForeignCommand } from '../../../src/fleet/foreign-commands.ts';
import type { WeakObservation } from '../../../src/fleet/foreign-telemetry.ts';
import type { ObservedRequest } from '../../../src/fleet/shapes/observed-request.ts';
import { type FleetNames, fleetNames } from '../../../src/fleet/subjects.ts';
import { startNats, type TestServer } from '../../servers.ts';
import { candidate, observed } from '../../unit/fleet/learning-samples.ts';
import { eventually, log, openControl, settingsFor, when } from './fleet.ts';

const RETENTION = { retention_seconds: 3_600, retention_bytes: 8 * 1024 * 1024 };

let server: TestServer;
let settings: NatsSettings;
let names: FleetNames;
let connection: FleetConnection;
let learning: FleetLearning;

beforeAll(async () => {
  server = await startNats();
  settings = settingsFor(server.url);
  names = fleetNames(settings.bucket_prefix);
  connection = await connectFleet(settings, { name: 'generator', log });
  learning = await createFleetLearning(connection, settings, RETENTION);
});

afterAll(async () => {
  await connection.close();
  await server.stop();
});

/** A node of the fleet; its buckets are made first. */
async function openNode(id: string) {
  const control = await openControl(settings);
  const connecting = connectFleet(settings, { name: id, log, waitOnFirstConnect: true });
  const node = createFleetNode(connecting, settings, { id }, true);
  await when<void>((resolve) => node.onWake(() => resolve()));
  return {
    node,
    async close() {
      await Promise.all([node.close(), control.close()]);
    },
  };
}

test('traffic - what a node publishes arrives once, in order, and is remembered under the name', async () => {
  const { node, close } = await openNode('node-1');
  const events = Array.from({ length: 300 }, (_, n) => observed({ id: `r-${n}` }));
  await node.publishTraffic(events);

  const first: string[] = [];
  const stop = learning.traffic.subscribe({ name: 'first', from: 'oldest' }, (batch) => {
    first.push(...batch.map(({ id }) => id));
  });
  await eventually(() => first.length).toBe(300);
  await stop();
  expect(first).toEqual(events.map(({ id }) => id));

  await node.publishTraffic([observed({ id: 'later' })]);
  const second: string[] = [];
  const stopSecond = learning.traffic.subscribe({ name: 'first', from: 'oldest' }, (batch) => {
    second.push(...batch.map(({ id }) => id));
  });
  await eventually(() => second).toEqual(['later']);
  await stopSecond();
  await close();
});

test('traffic - a batch whose handler failed comes again', async () => {
  await connection.nats.flush();
  const { node, close } = await openNode('node-2');
  let failures = 0;
  const seen: string[] = [];
  const stop = learning.traffic.subscribe({ name: 'failing', from: Date.now() }, (batch) => {
    if (failures === 0) {
      failures += 1;
      throw new Error('not now');
    }
    seen.push(...batch.map(({ id }) => id));
  });
  await node.publishTraffic([observed({ id: 'again', node_id: 'node-2' })]);
  await eventually(() => failures).toBe(1);
  await eventually(() => seen).toEqual(['again']);
  await stop();
  await close();
});

test('traffic - what is no event, or speaks for another node, is counted and left out', async () => {
  const seen: ObservedRequest[] = [];
  const stop = learning.traffic.subscribe({ name: 'wary', from: Date.now() }, (batch) => {
    seen.push(...batch);
  });
  const before = connection.status().malformed[names.trafficOfAll] ?? 0;
  const publish = (subject: string, payload: unknown) =>
    connection.jetstream.publish(subject, JSON.stringify(payload));
  await publish(names.traffic('node-1'), { v: 1 });
  await publish(names.traffic('node-1'), observed({ node_id: 'node-2' }));
  await publish(names.traffic('node-1'), 'text');
  await publish(names.traffic('node-1'), observed({ id: 'good' }));
  await eventually(() => seen.map(({ id }) => id)).toEqual(['good']);
  expect(connection.status().malformed[names.trafficOfAll]).toBe(before + 3);
  await stop();
});

test('traffic - a node also speaks in the documented forms, and the fleet does not hear itself', async () => {
  const { node, close } = await openNode('node-3');
  const heard: WeakObservation[] = [];
  const stop = learning.onForeignTelemetry((observation) => heard.push(observation));
  const messages: { subject: string; payload: unknown }[] = [];
  for (const subject of [names.telemetryOfAll, names.wafEvents]) {
    connection.nats.subscribe(subject, {
      callback: (_error, { subject: on, data }) =>
        messages.push({ subject: on, payload: JSON.parse(Buffer.from(data).toString()) }),
    });
  }
  await connection.nats.flush();
  const headers: [string, string][] = [
    ['Host', 'shop.test'],
    ['User-Agent', 'agent'],
  ];
  const event = observed({ node_id: 'node-3', action: 'block', rules: ['r1'], headers });
  await node.publishTraffic([event, observed({ node_id: 'node-3' })]);
  await eventually(() => messages.length).toBe(3);
  expect(messages.map(({ subject }) => subject)).toEqual([
    names.telemetry('node-3'),
    names.wafEvents,
    names.telemetry('node-3'),
  ]);
  expect(messages[0]?.payload).toEqual({
    node_id: 'node-3',
    source_ip: '192.0.2.7',
    request_uri: '/search?q=1',
    status_code: 200,
    timestamp: '2026-03-01T12:00:00.000Z',
    method: 'GET',
    user_agent: 'agent',
  });
  expect(messages[1]?.payload).toEqual({
    node_id: 'node-3',
    timestamp: '2026-03-01T12:00:00.000Z',
    source_ip: '192.0.2.7',
    http_method: 'GET',
    uri: '/search?q=1',
    host_header: 'shop.test',
    user_agent: 'agent',
    waf_result: { action: 'BLOCK', matched_rules: ['r1'], confidence: 1 },
    request_size: 64,
    response_status: 200,
    processing_time_ms: 3,
  });
  expect(heard).toEqual([]);

  const foreign = { ...(messages[0]?.payload as object), node_id: 'elsewhere', extra: 1 };
  connection.nats.publish(names.telemetry('elsewhere'), JSON.stringify(foreign));
  connection.nats.publish(names.telemetry('elsewhere'), '{"node_id":7}');
  await eventually(() => connection.status().malformed[names.telemetryOfAll]).toBe(1);
  expect(heard).toEqual([
    expect.objectContaining({ node_id: 'elsewhere', uri: '/search?q=1', status: 200 }),
  ]);
  stop();
  await close();
});

test('candidates - are changed by compare-and-set, listed newest first, and watched with deletions', async () => {
  const { candidates } = learning;
  const changes: CandidateChange[] = [];
  const version = await candidates.put(candidate('one'), 0);
  const stop = candidates.watch((change) => changes.push(change));
  await eventually(() => changes.length).toBe(1);
  expect(await candidates.put(candidate('one'), 0)).toBe('conflict');
  const enforced = candidate('one', { state: 'enforced' });
  const next = await candidates.put(enforced, version as number);
  expect(await candidates.put(enforced, version as number)).toBe('conflict');
  await candidates.put(candidate('two'), 0);
  expect((await candidates.list()).map(({ value }) => [value.id, value.state])).toEqual([
    ['two', 'shadow'],
    ['one', 'enforced'],
  ]);
  expect(await candidates.delete('one', version as number)).toBe(false);
  expect(await candidates.delete('one', next as number)).toBe(true);
  expect(await candidates.delete('one', next as number)).toBe(true);
  expect(await candidates.get('one')).toBeUndefined();
  expect(await candidates.get('not a name')).toBeUndefined();
  await eventually(() => changes.map(({ id, current }) => [id, current?.value.state])).toEqual([
    ['one', 'shadow'],
    ['one', 'enforced'],
    ['two', 'shadow'],
    ['one', undefined],
  ]);
  expect(await candidates.put(candidate('one'), 0)).not.toBe('conflict');
  await stop();
});

test('candidates - what is too large or of another shape is neither written nor believed', async () => {
  const { candidates } = learning;
  const large = candidate('large', { rule: { id: 'x', note: 'x'.repeat(70_000) } });
  await expect(candidates.put(large, 0)).rejects.toMatchObject({
    code: 'WAF_ERR_FLEET_DOCUMENT_TOO_LARGE',
  });
  const wrong = candidate('wrong', { evidence: { hits: Number.NaN } });
  await expect(candidates.put(wrong, 0)).rejects.toMatchObject({
    code: 'WAF_ERR_FLEET_DOCUMENT_MALFORMED',
  });
  await expect(candidates.put(candidate('a.b'), 0)).rejects.toMatchObject({
    code: 'WAF_ERR_FLEET_NAME',
  });
  const subject = `$KV.${names.buckets.candidates}.forged`;
  await connection.jetstream.publish(subject, JSON.stringify(candidate('other')));
  expect(await candidates.get('forged')).toBeUndefined();
  expect((await candidates.list()).map(({ value }) => value.id)).not.toContain('forged');
});

test('feedback - the last word about a request counts, and those who listen hear every one', async () => {
  const { feedback } = learning;
  const heard: string[] = [];
  const say = (request_id: string, label: 'attack' | 'false_positive') =>
    feedback.add({ v: 1, request_id, label, actor: 'ann', at: 1 });
  await say('a:1', 'attack');
  await say('b', 'attack');
  const stop = feedback.watch(({ request_id, label }) => heard.push(`${request_id} ${label}`));
  await eventually(() => heard).toEqual(['a:1 attack', 'b attack']);
  await say('a:1', 'false_positive');
  await eventually(() => heard.at(-1)).toBe('a:1 false_positive');
  const idsOf = async (filter: Parameters<typeof feedback.list>[0]) =>
    (await feedback.list(filter)).map(({ request_id }) => request_id);
  expect(await idsOf({ limit: 10 })).toEqual(['a:1', 'b']);
  expect(await idsOf({ limit: 1 })).toEqual(['a:1']);
  expect(await idsOf({ label: 'attack', limit: 10 })).toEqual(['b']);
  await stop();
});

test('commands - the documented forms become commands, everything else is counted', async () => {
  const commands: ForeignCommand[] = [];
  const stop = learning.onForeignCommand((command) => commands.push(command));
  const block = { command_id: 'c1', ip: '192.0.2.1', action: 'block', reason: 'scan' };
  const control = { command_id: 'c2', rule_type: 'IP_BLOCK', target: '2001:db8::1', timestamp: 1 };
  const publish = (subject: string, payload: unknown) =>
    connection.nats.publish(subject, JSON.stringify(payload));
  publish(names.blockCommands, { ...block, duration_seconds: 60, issued_at: 1, source: 'ml' });
  publish(names.blockCommands, { ...block, ip: '192.0.2.0/24' });
  publish(names.blockCommands, { ...block, action: 'allow' });
  publish(names.controlCommands, { ...control, action: 'ADD_DYNAMIC_RULE', ttl_seconds: 5 });
  publish(names.controlCommands, { ...control, action: 'REMOVE_DYNAMIC_RULE' });
  publish(names.controlCommands, { ...control, action: 'ADD_DYNAMIC_RULE', rule_type: 'OTHER' });
  await eventually(() => commands.length).toBe(3);
  expect(commands).toEqual([
    {
      ...{ kind: 'block', command_id: 'c1', ip: '192.0.2.1', ttl_seconds: 60 },
      ...{ reason: 'scan', source: 'ml' },
    },
    {
      ...{ kind: 'block', command_id: 'c2', ip: '2001:db8::1', ttl_seconds: 5 },
      ...{ reason: '', source: 'control' },
    },
    {
      ...{ kind: 'unblock', command_id: 'c2', ip: '2001:db8::1', ttl_seconds: null },
      ...{ reason: '', source: 'control' },
    },
  ]);
  await eventually(() => connection.status().malformed[names.blockCommands]).toBe(2);
  await eventually(() => connection.status().malformed[names.controlCommands]).toBe(1);
  stop();
});

test('learning - after a restart of the server readers go on and hear nothing twice, and new limits are taken over', async () => {
  const { node, close } = await openNode('node-4');
  const seen: string[] = [];
  const stop = learning.traffic.subscribe({ name: 'patient', from: Date.now() }, (batch) => {
    seen.push(...batch.map(({ id }) => id));
  });
  const heard: string[] = [];
  const stopWatching = learning.candidates.watch(({ id }) => heard.push(id));
  await learning.candidates.put(candidate('before'), 0);
  await eventually(() => heard.at(-1)).toBe('before');
  await node.publishTraffic([observed({ id: 'before', node_id: 'node-4' })]);
  await eventually(() => seen).toEqual(['before']);
  await server.restart();
  await eventually(() => node.status().connected).toBe(true);
  await expect
    .poll(() =>
      node.publishTraffic([observed({ id: 'after', node_id: 'node-4' })]).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  await eventually(() => seen.at(-1)).toBe('after');
  await stop();
  await learning.candidates.put(candidate('after'), 0);
  await eventually(() => heard.at(-1)).toBe('after');
  expect(heard.filter((id) => id === 'before')).toHaveLength(1);
  await stopWatching();

  await createFleetLearning(connection, settings, { ...RETENTION, retention_bytes: 2 ** 21 });
  const { config } = await connection.manager.streams.info(names.trafficStream);
  expect(config.max_bytes).toBe(2 ** 21);
  await close();
});
