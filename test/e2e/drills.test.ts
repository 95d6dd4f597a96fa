import { afterEach, describe, expect, test } from 'vitest';
import { type Fleet, startFleet, until } from './fleet.ts';
import { startLoad } from './load.ts';

let fleet: Fleet;
afterEach(async () => {
  await fleet.close();
});

/** Every drill ends here: what was accepted is enforced, nobody runs another digest, traffic flowed. */
async function expectRecovered(tokens: readonly string[]): Promise<void> {
  for (const token of tokens) await fleet.everyNodeAnswers(`/${token}`, 403, 30_000);
  await until(
    async () => {
      const { body } = await fleet.api('GET', '/api/v1/nodes');
      return (
        body.nodes.length === fleet.nodes.length &&
        body.nodes.every((node: any) => node.alive && node.drift.length === 0)
      );
    },
    20_000,
    () => 'a node stays on another digest than the desired one',
  );
  const { body } = await fleet.api('GET', '/api/v1/rules');
  const known = new Set(body.rules.map((rule: { id: string }) => rule.id));
  expect(tokens.filter((token) => !known.has(token))).toEqual([]);
}

async function post(token: string): Promise<void> {
  const reply = await fleet.api('POST', '/api/v1/rules', {
    id: token,
    field: 'URI',
    pattern: `/${token}`,
    action: 'block',
  });
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 202 });
}

/** Keeps benign requests flowing and says at the end whether one of them failed. */
function backgroundTraffic() {
  const wrong: string[] = [];
  const load = startLoad({
    targets: fleet.nodes.map((node) => node.dataUrl),
    connections: 2,
    revisionHeader: 'x-secbeat-revision',
    nextPath: () => '/benign',
    onSample: (sample) => {
      if (sample.status !== 200) wrong.push(`${sample.node}: ${sample.failure || sample.status}`);
    },
  });
  return async () => {
    await load.stop();
    expect(load.counts.answered).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  };
}

describe('drill', () => {
  test('drill - the orchestrator is killed between storing a rule and publishing it', async () => {
    fleet = await startFleet();
    const settled = backgroundTraffic();
    await post('before1x');
    await fleet.everyNodeAnswers('/before1x', 403);
    await Promise.all(['kill1x', 'kill2x', 'kill3x'].map((token) => post(token)));
    await fleet.orchestrator.kill();
    await fleet.orchestrator.start();
    await expectRecovered(['before1x', 'kill1x', 'kill2x', 'kill3x']);
    await settled();
  });

  test('drill - Redis is killed while a reload waits, and rules are posted while it is down', async () => {
    fleet = await startFleet({ maxReloadFrequencySeconds: 2 });
    const settled = backgroundTraffic();
    await post('redis1x');
    await fleet.everyNodeAnswers('/redis1x', 403);
    await post('redis2x');
    await fleet.redis.kill();
    await post('redis3x');
    await fleet.redis.start();
    await expectRecovered(['redis1x', 'redis2x', 'redis3x']);
    await settled();
  });

  test('drill - NATS is killed; rules are refused meanwhile or enforced afterwards', async () => {
    fleet = await startFleet();
    const settled = backgroundTraffic();
    await post('nats1x');
    await fleet.everyNodeAnswers('/nats1x', 403);
    await fleet.nats.kill();
    const down = await fleet.api('POST', '/api/v1/rules', {
      id: 'nats2x',
      field: 'URI',
      pattern: '/nats2x',
      action: 'block',
    });
    expect(down.status).toBe(503);
    await fleet.everyNodeAnswers('/nats1x', 403);
    await fleet.nats.start();
    await until(
      async () => (await fleet.api('GET', '/ready')).status === 200,
      20_000,
      () => fleet.orchestrator.output().slice(-3000),
    );
    await post('nats3x');
    await expectRecovered(['nats1x', 'nats3x']);
    await settled();
  });

  test('drill - a node that was off during five releases catches up', async () => {
    fleet = await startFleet();
    const away = fleet.nodes[2]!;
    await away.stop();
    const tokens = ['five1x', 'five2x', 'five3x', 'five4x', 'five5x'];
    for (const token of tokens) {
      await post(token);
      await until(
        async () => (await fleet.get(0, `/${token}`)) === 403,
        15_000,
        () => `${token} is not enforced`,
      );
    }
    await away.start();
    await expectRecovered(tokens);
  });

  test('drill - with orchestrator, NATS and Redis gone, a node restarts and enforces its rules', async () => {
    fleet = await startFleet();
    await post('alone1x');
    await fleet.everyNodeAnswers('/alone1x', 403);
    await fleet.orchestrator.kill();
    await Promise.all([fleet.nats.kill(), fleet.redis.kill()]);
    const node = fleet.nodes[1]!;
    await node.kill();
    await node.start();
    await until(
      async () => (await fleet.get(1, '/alone1x')) === 403,
      10_000,
      () => `the restarted node does not enforce its rules\n${node.output().slice(-3000)}`,
    );
    expect(await fleet.get(1, '/other')).toBe(200);
    await Promise.all([fleet.nats.start(), fleet.redis.start()]);
    await fleet.orchestrator.start();
    await expectRecovered(['alone1x']);
  });

  test('drill - a rule expires on time with the whole control plane gone', async () => {
    fleet = await startFleet();
    const reply = await fleet.api('POST', '/api/v1/rules', {
      id: 'short-lived',
      field: 'URI',
      pattern: '/expires1x',
      action: 'block',
      ttl_seconds: 6,
    });
    expect(reply.status).toBe(202);
    await fleet.everyNodeAnswers('/expires1x', 403, 5_000);
    await fleet.orchestrator.kill();
    await Promise.all([fleet.nats.kill(), fleet.redis.kill()]);
    await fleet.everyNodeAnswers('/expires1x', 200, 10_000);
  });

  test('drill - the kill switch takes every rule out of enforcement and gives them back', async () => {
    fleet = await startFleet({ maxReloadFrequencySeconds: 60 });
    await post('switch1x');
    await fleet.everyNodeAnswers('/switch1x', 403);
    const engaged = await fleet.api('POST', '/api/v1/kill-switch', {
      engaged: true,
      reason: 'drill',
    });
    expect(engaged.status).toBeLessThan(300);
    await fleet.everyNodeAnswers('/switch1x', 200, 5_000);
    const released = await fleet.api('POST', '/api/v1/kill-switch', {
      engaged: false,
      reason: 'drill',
    });
    expect(released.status).toBeLessThan(300);
    await fleet.everyNodeAnswers('/switch1x', 403, 5_000);
  });
});
