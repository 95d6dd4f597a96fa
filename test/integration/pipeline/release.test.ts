import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Assignment } from '../../../src/fleet/desired-state.ts';
import type { FleetNode } from '../../../src/fleet/fleet.ts';
import { startNats, startRedis, temporaryFolder } from '../../servers.ts';
import { answering } from '../../wasm-fixtures/fixtures.ts';
import { acknowledgement, nodeReport, openConnectedNode, settingsFor } from '../fleet/fleet.ts';
import type { Mortal } from './mortal-orchestrator.ts';
import type { OrchestratorOptions } from './orchestrator.ts';
import {
  accept,
  desiredRules,
  HTTP,
  startOrchestrator,
  storeRule,
  untilDesired,
} from './orchestrator.ts';

let redis: Awaited<ReturnType<typeof startRedis>>;
let nats: Awaited<ReturnType<typeof startNats>>;
const running: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  [redis, nats] = await Promise.all([startRedis(), startNats()]);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()));
});
afterAll(() => Promise.all([redis.stop(), nats.stop()]));

describe('release, on real servers', () => {
  it('release - a burst of 200 rules is two reloads, and none is lost', async () => {
    const orchestrator = await start(fresh(3));
    const ids = Array.from({ length: 200 }, (_, index) => `rule-${index}`);
    await Promise.all(ids.map((id) => accept(orchestrator, id)));
    await untilDesired(orchestrator, ({ rules }) => rules.length === 200);
    const desired = await desiredRules(orchestrator);
    expect(desired?.rules).toEqual([...ids].sort());
    const published = (await orchestrator.releases.list(10)).filter(
      ({ outcome, cause }) => outcome === 'published' && cause === 'rules',
    );
    expect(published.length).toBeLessThanOrEqual(2);
  });

  it('release - every promise is kept by a record', async () => {
    const orchestrator = await start(fresh(0));
    const promised = await accept(orchestrator, 'a');
    expect(await orchestrator.releases.settled(promised, 20_000)).toMatchObject({
      revision: promised,
      converged: true,
    });
    const again = await orchestrator.book.touch('settings', HTTP);
    expect(await orchestrator.releases.settled(`v${again.revision}`, 20_000)).toMatchObject({
      outcome: 'unchanged',
      previous: promised,
    });
    expect((await desiredRules(orchestrator))?.revision).toBe(promised);
  });

  it('release - the kill switch is not held by the limiter', async () => {
    const orchestrator = await start(fresh(600));
    await accept(orchestrator, 'a');
    await untilDesired(orchestrator, ({ rules }) => rules.includes('a'));
    await accept(orchestrator, 'waits');
    await orchestrator.book.kill(true, HTTP);
    await untilDesired(orchestrator, ({ modes }) => modes[0] === 'shadow');
    const desired = await desiredRules(orchestrator);
    expect(desired).toMatchObject({ rules: ['a', 'waits'], modes: ['shadow'] });
    const [latest] = await orchestrator.releases.list(1);
    expect(latest).toMatchObject({ killed: true, cause: 'kill-switch' });
  });

  it('release - a rollback is not held by the limiter, needs no redis, and the bytes are the same', async () => {
    const ownRedis = await startRedis();
    const orchestrator = await start({ ...fresh(600), redisUrl: ownRedis.url });
    const node = await openConnectedNode(orchestrator.options.nats, 'node-1');
    running.push(node);
    await node.report(nodeReport('node-1', { reported_at: Date.now() }));
    const first = await accept(orchestrator, 'good');
    await untilDesired(orchestrator, ({ rules }) => rules.includes('good'));
    await accept(orchestrator, 'bad');
    await orchestrator.queue.mark('urgent');
    await untilDesired(orchestrator, ({ rules }) => rules.includes('bad'));
    await ownRedis.stop();
    const rollback = orchestrator.releases.rollback({ target: 'all', actor: 'me' });
    await untilDesired(orchestrator, ({ rules }) => !rules.includes('bad'));
    const revision = (await desiredRules(orchestrator))?.revision ?? '';
    await node.acknowledge(acknowledgement('node-1', Number(revision.slice(1))));
    const release = await rollback;
    const before = await orchestrator.releases.get(first);
    expect(release).toMatchObject({ cause: 'rollback', converged: true, digest: before?.digest });
    const listed = await orchestrator.book.get('bad');
    expect(listed?.state).toBe('held');
  });

  it('release - an uploaded module reaches the node, and rules do not disturb it', async () => {
    const orchestrator = await start(fresh(0));
    const node = await openConnectedNode(orchestrator.options.nats, 'node-1');
    running.push(node);
    await node.report(nodeReport('node-1', { reported_at: Date.now() }));
    const bytes = answering(1);
    const upload = { name: 'bots', bytes, target: 'all', actor: 'me', timeoutMs: 20_000 } as const;
    const deploy = orchestrator.releases.deployModule(upload);
    const wanted = await assigned(node, 'bots');
    expect(Buffer.from(bytes).equals(await node.fetchArtifact(wanted.digest, 1_000))).toBe(true);
    const number = Number(wanted.revision.slice(1));
    await node.acknowledge(acknowledgement('node-1', number, { module: 'bots' }));
    expect(await deploy).toMatchObject({ module: 'bots', cause: 'upload', converged: true });
    await accept(orchestrator, 'a');
    await untilDesired(orchestrator, ({ rules }) => rules.includes('a'));
    expect((await assigned(node, 'bots')).revision).toBe(wanted.revision);
  });

  it('release - two orchestrators share the work and lose nothing', async () => {
    const options = fresh(1);
    const [one, two] = [
      await start(options),
      await start({ ...options, folder: temporaryFolder() }),
    ];
    const ids = Array.from({ length: 20 }, (_, index) => `rule-${index}`);
    await Promise.all(ids.map((id, index) => accept(index % 2 === 0 ? one : two, id)));
    await untilDesired(one, ({ rules }) => rules.length === 20);
    expect((await desiredRules(two))?.rules).toEqual([...ids].sort());
    const revisions = (await two.releases.list(50)).map(({ revision }) => revision);
    expect(new Set(revisions).size).toBe(revisions.length);
  });
});

describe('release, when servers go', () => {
  it('drill - redis is killed while a rule waits', async () => {
    const ownRedis = await startRedis();
    const orchestrator = await start({ ...fresh(2), redisUrl: ownRedis.url });
    await accept(orchestrator, 'a');
    await untilDesired(orchestrator, ({ rules }) => rules.includes('a'));
    await accept(orchestrator, 'b');
    await ownRedis.kill();
    await accept(orchestrator, 'c');
    await ownRedis.start();
    await untilDesired(orchestrator, ({ rules }) => rules.join() === 'a,b,c');
    await Promise.all(running.splice(0).map((each) => each.close()));
    await ownRedis.stop();
  });

  it('drill - nats restarts while a rule waits', async () => {
    const ownNats = await startNats();
    const orchestrator = await start({ ...fresh(2), nats: settingsFor(ownNats.url) });
    await accept(orchestrator, 'a');
    await untilDesired(orchestrator, ({ rules }) => rules.includes('a'));
    await accept(orchestrator, 'b');
    await ownNats.restart();
    await untilDesired(orchestrator, ({ rules }) => rules.join() === 'a,b');
    await Promise.all(running.splice(0).map((each) => each.close()));
    await ownNats.stop();
  });

  for (const dieAt of ['take', 'store', 'record', 'assign', 'announce'] as const) {
    it(`drill - an orchestrator killed at "${dieAt}" loses no rule`, async () => {
      const options = fresh(0);
      await storeRule(options.nats, 'accepted');
      await runUntilKilled({ ...options, dieAt });
      const next = await start(options);
      await untilDesired(next, ({ rules }) => rules.includes('accepted'));
      expect((await desiredRules(next))?.rules).toEqual(['accepted']);
      const [latest] = await next.releases.list(1);
      expect(await next.releases.settled(latest?.revision ?? '', 10_000)).toMatchObject({
        converged: true,
      });
    });
  }
});

/** What a node finds in desired state for a module, as soon as it is there. */
function assigned(node: FleetNode, module: string): Promise<Assignment> {
  return new Promise((resolve, reject) => {
    const look = async () => {
      const assignment = (await node.desired())?.value.modules[module]?.assignments.at(-1);
      if (assignment !== undefined) resolve(assignment);
    };
    node.onWake(() => look().catch(reject));
    look().catch(reject);
  });
}

/** Settings of a fleet of its own on the shared servers. */
function fresh(seconds: number): OrchestratorOptions {
  return { nats: settingsFor(nats.url), redisUrl: redis.url, folder: temporaryFolder(), seconds };
}

async function start(options: OrchestratorOptions) {
  const orchestrator = { ...(await startOrchestrator(options)), options };
  running.push(orchestrator);
  return orchestrator;
}

/** Resolves when the process has died by the signal it sends itself. */
async function runUntilKilled(mortal: Mortal): Promise<void> {
  const entry = fileURLToPath(new URL('./mortal-orchestrator.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', entry, JSON.stringify(mortal)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
}
