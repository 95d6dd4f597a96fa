import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectFleet } from '../../../src/fleet/connect-fleet.ts';
import type { Assignment } from '../../../src/fleet/desired-state.ts';
import type { FleetControl } from '../../../src/fleet/fleet.ts';
import { createFleetControl } from '../../../src/fleet/fleet-control.ts';
import type { Acknowledgement, NodeReport } from '../../../src/fleet/node-report.ts';
import type { RunningNode } from '../../../src/node/main.ts';
import { startNats, type TestServer, temporaryFolder } from '../../servers.ts';
import {
  admin,
  artifact,
  ask,
  nodeSettings,
  silent,
  startNode,
  statusOf,
  uploadTo,
  uriRule,
} from './node-stand.ts';
import { startUpstream, type TestUpstream } from './proxy-stand.ts';

let upstream: TestUpstream;
let nats: TestServer;
let control: FleetControl;
const running: RunningNode[] = [];
const acks: Acknowledgement[] = [];
const reports: NodeReport[] = [];
let wake: () => void = () => {};

beforeAll(async () => {
  upstream = await startUpstream((_request, response) => void response.end('ok'));
});
afterAll(() => upstream.close());

beforeEach(async () => {
  acks.length = 0;
  reports.length = 0;
  nats = await startNats();
  const { nats: settings } = nodeSettings({ upstreamUrl: upstream.url, natsUrl: nats.url });
  const connection = await connectFleet(settings, { name: 'control', log: silent });
  control = await createFleetControl(connection, settings);
  control.onAcknowledgement((ack) => {
    acks.push(ack);
    wake();
  });
  control.onReport((report) => {
    reports.push(report);
    wake();
  });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((node) => node.close()));
  await control.close();
  await nats.stop();
});

async function start(options: { dataDir?: string; node?: object } = {}): Promise<RunningNode> {
  const node = await startNode({ upstreamUrl: upstream.url, natsUrl: nats.url, ...options });
  running.push(node);
  return node;
}

/** Waits for something the node says; fails with what was said until then. */
async function said<T>(find: () => T | undefined): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(JSON.stringify({ acks, last: reports.at(-1) }));
    await new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, 50);
    });
  }
}

const answerTo = (revision: number) =>
  said(() => acks.find((ack) => ack.revision === `v${revision}`));

/** Publishes an artifact as the pipeline does. */
async function publish(
  revision: number,
  bytes: Uint8Array,
  digest: string,
  name = 'universal-waf',
): Promise<void> {
  await control.artifacts.put(digest, bytes);
  const assignment: Assignment = {
    target: 'all',
    revision: `v${revision}`,
    semver: `1.0.${revision}`,
    digest,
    size: bytes.length,
    published_at: Date.now(),
  };
  const current = await control.desired.read();
  const modules = { ...current?.value.modules };
  modules[name] = { name, order: name === 'universal-waf' ? 0 : 1, assignments: [assignment] };
  const written = await control.desired.write({ format: 1, modules }, current?.version ?? 0);
  expect(written).not.toBe('conflict');
}

async function publishRules(revision: number, text: string): Promise<string> {
  const { bytes, digest } = artifact(revision, [uriRule('r', text)]);
  await publish(revision, bytes, digest);
  return digest;
}

describe('node in a fleet', () => {
  it('fleet - a published revision is enforced when it is acknowledged, and reported', async () => {
    const node = await start();
    const digest = await publishRules(1, '/attack');
    expect(await answerTo(1)).toMatchObject({ status: 'ACK', node: 'n1', digest });
    expect(await ask(node, '/attack')).toEqual({ status: 403, revision: 'v1' });
    const report = await said(() =>
      reports.find(({ modules }) => modules['universal-waf']?.digest === digest),
    );
    expect(report).toMatchObject({
      id: 'n1',
      admin_url: node.adminUrl,
      data_url: node.dataUrl,
      modules: { 'universal-waf': { revision: 'v1', origin: 'fleet' } },
    });
  });

  it('fleet - what cannot run is refused with its reason, and the old revision serves on', async () => {
    const node = await start();
    await publishRules(1, '/attack');
    await answerTo(1);
    const unsigned = artifact(2, [], false);
    await publish(2, unsigned.bytes, unsigned.digest);
    expect(await answerTo(2)).toMatchObject({
      status: 'NACK',
      running: { revision: 'v1' },
      error: { code: 'WAF_ERR_ENGINE_SIGNATURE_REQUIRED' },
    });
    expect(await statusOf(node, '/attack')).toBe(403);
    await publishRules(3, '/other');
    expect((await answerTo(3)).status).toBe('ACK');
  });

  it('fleet - a node that was away during several revisions runs the last one', async () => {
    const dataDir = temporaryFolder();
    const before = await start({ dataDir });
    await publishRules(1, '/one');
    await answerTo(1);
    await running.pop()!.close();
    expect(before.dataUrl).toBeTruthy();
    for (let revision = 2; revision <= 6; revision++) await publishRules(revision, `/r${revision}`);
    const node = await start({ dataDir });
    await answerTo(6);
    expect(await ask(node, '/r6')).toEqual({ status: 403, revision: 'v6' });
    expect(acks.map(({ revision }) => revision)).toEqual(['v1', 'v6']);
  });

  it('fleet - a node follows again after NATS was restarted', async () => {
    const node = await start();
    await publishRules(1, '/one');
    await answerTo(1);
    await nats.restart();
    expect(await statusOf(node, '/one')).toBe(403);
    await said(() => (control.status().connected ? true : undefined));
    for (;;) {
      const done = await publishRules(2, '/two').then(
        () => true,
        () => false,
      );
      if (done) break;
    }
    expect((await answerTo(2)).status).toBe('ACK');
    expect(await statusOf(node, '/two')).toBe(403);
  });

  it('fleet - a manual upload stays until it is asked to reconcile', async () => {
    const node = await start({ node: { reconcile_interval_ms: 100 } });
    await publishRules(1, '/one');
    await answerTo(1);
    const mine = artifact(9, [uriRule('mine', '/mine')]);
    await uploadTo(node, mine.bytes);
    await said(() => (reports.at(-1)?.state === 'degraded' ? true : undefined));
    expect(reports.at(-1)?.modules['universal-waf']).toMatchObject({
      digest: mine.digest,
      origin: 'upload',
    });
    expect(await control.requestReconcile('n1', 10_000)).toEqual({ ok: true });
    expect(await ask(node, '/one')).toEqual({ status: 403, revision: 'v1' });
    await said(() => (reports.at(-1)?.state === 'ready' ? true : undefined));
  });

  it('fleet - a module is removed when nobody wants it any more', async () => {
    const node = await start();
    await publishRules(1, '/one');
    await answerTo(1);
    const current = (await control.desired.read())!;
    await control.desired.write({ format: 1, modules: {} }, current.version);
    await said(() =>
      Object.keys(reports.at(-1)?.modules ?? { x: 1 }).length === 0 ? true : undefined,
    );
    expect(await statusOf(node, '/one')).toBe(200);
    expect((await admin(node, '/api/v1/wasm/version')).status).toBe(404);
  });
});
