import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectFleet } from '../../../src/fleet/connect-fleet.ts';
import type { FleetConnection } from '../../../src/fleet/connection.ts';
import type { FleetControl } from '../../../src/fleet/fleet.ts';
import { createFleetControl } from '../../../src/fleet/fleet-control.ts';
import { createFleetLearning } from '../../../src/fleet/fleet-learning.ts';
import type { ObservedRequest } from '../../../src/fleet/shapes/observed-request.ts';
import type { RunningNode } from '../../../src/node/main.ts';
import { startNats, type TestServer } from '../../servers.ts';
import { eventually } from '../fleet/fleet.ts';
import { artifact, nodeSettings, silent, startNode, uploadTo, uriRule } from './node-stand.ts';
import { startUpstream, type TestUpstream } from './proxy-stand.ts';

const RULES = [uriRule('blocks', 'evil'), uriRule('shadows', 'odd', undefined, { mode: 'shadow' })];

let upstream: TestUpstream;
let nats: TestServer;
let connection: FleetConnection;
let control: FleetControl;
let node: RunningNode | undefined;
let stop: () => Promise<void>;
const events: ObservedRequest[] = [];

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    response.statusCode = request.url?.startsWith('/missing') ? 404 : 200;
    request.resume().on('end', () => response.end('ok'));
  });
});
afterAll(() => upstream.close());

beforeEach(async () => {
  events.length = 0;
  nats = await startNats();
  const { nats: settings, events: retention } = nodeSettings({
    upstreamUrl: upstream.url,
    natsUrl: nats.url,
  });
  connection = await connectFleet(settings, { name: 'orchestrator', log: silent });
  control = await createFleetControl(connection, settings);
  const learning = await createFleetLearning(connection, settings, retention);
  stop = learning.traffic.subscribe({ name: 'test', from: 'oldest' }, (batch) => {
    events.push(...batch);
  });
});
afterEach(async () => {
  await node?.close();
  node = undefined;
  await stop();
  await control.close();
  await nats.stop();
});

async function start(workers: number, changes: object = {}): Promise<RunningNode> {
  const settings = { events: { sample_rate: 1, error_sample_rate: 1, ...changes } };
  node = await startNode({ upstreamUrl: upstream.url, natsUrl: nats.url, workers, settings });
  await uploadTo(node, artifact(1, RULES).bytes);
  const { adminUrl } = node;
  const isConnected = async () =>
    /waf_fleet_connected 1/.test(await (await fetch(`${adminUrl}/metrics`)).text());
  await eventually(isConnected).toBe(true);
  return node;
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${node?.adminUrl}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

test.each([
  1, 2,
])('traffic - with %d workers the fleet hears of every kind of request, redacted', async (workers) => {
  const { dataUrl } = await start(workers, { honeypot_paths: ['/trap'] });
  const ids: Record<string, string | null> = {};
  for (const path of ['/evil', '/odd', '/missing', '/trap', '/plain?token=hunter2']) {
    const answer = await fetch(dataUrl + path, {
      method: 'POST',
      headers: { cookie: 'sid=hunter2', 'content-type': 'application/json' },
      body: '{"password":"hunter2","q":"x"}',
    });
    ids[path] = answer.headers.get('x-request-id');
    await answer.arrayBuffer();
  }
  await eventually(() => events.length).toBe(5);
  const found = Object.fromEntries(events.map(({ uri, why, status }) => [uri, [why, status]]));
  expect(found).toEqual({
    '/evil': ['match', 403],
    '/odd': ['shadow', 200],
    '/missing': ['error', 404],
    '/trap': ['honeypot', 200],
    '/plain?token=': ['sample', 200],
  });
  expect(JSON.stringify(events)).not.toContain('hunter2');
  const blocked = events.find(({ uri }) => uri === '/evil');
  expect(blocked).toMatchObject({
    ...{ id: ids['/evil'], node_id: 'n1', source_ip: '127.0.0.1', method: 'POST' },
    ...{ action: 'block', rule: 'blocks', rules: ['blocks'], shadow_rules: [], revision: 'v1' },
    ...{ body_length: 30, sample_rate: 1 },
  });
  expect(Buffer.from(blocked?.body ?? '', 'base64').toString()).toBe('{"password":"","q":"x"}');
  await eventually(() => metric('waf_traffic_events_total')).toBe(5);
  expect(await metric('waf_traffic_events_dropped_total')).toBe(0);
});

test('traffic - without NATS requests are served as ever, and the loss is counted', async () => {
  const { dataUrl } = await start(1);
  await nats.kill();
  for (let n = 0; n < 20; n += 1) {
    const answer = await fetch(`${dataUrl}/plain`);
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
  }
  await eventually(() => metric('waf_traffic_events_dropped_total')).toBe(20);
  await nats.start();
  await eventually(async () => {
    await (await fetch(`${dataUrl}/later`)).arrayBuffer();
    return events.some(({ uri }) => uri === '/later');
  }).toBe(true);
});

test('traffic - switched off, nothing is told', async () => {
  const { dataUrl } = await start(1, { enabled: false });
  await (await fetch(`${dataUrl}/evil`)).arrayBuffer();
  await eventually(() => metric('waf_requests_total')).toBe(1);
  expect(await metric('waf_traffic_events_total')).toBe(0);
  expect(await metric('waf_traffic_events_dropped_total')).toBe(0);
});
