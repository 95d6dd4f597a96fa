import { parseArgs } from 'node:util';
import { type Fleet, startFleet, until } from '../e2e/fleet.ts';

/**
 * `npm run bench:rollout -- [--rounds 50] [--burst 1000] [--json]`
 * How long from a rule's acceptance until the last of three nodes enforces it, and what a burst costs.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    burst: { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
  },
});

const report = {
  single: await measureSingles(Number(values.rounds)),
  burst: await measureBurst(Number(values.burst)),
};
process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : describe());
process.exit(0);

/** One rule at a time, each after the last one is enforced everywhere; no limiter window in between. */
async function measureSingles(rounds: number) {
  const fleet = await startFleet({ nodes: 3, maxReloadFrequencySeconds: 0.01 });
  const fromPost: number[] = [];
  const fromAcceptance: number[] = [];
  for (let round = -3; round < rounds; round++) {
    const token = `single${round + 3}x`;
    const posted = performance.now();
    await post(fleet, token);
    const accepted = performance.now();
    const enforced = Math.max(
      ...(await Promise.all(fleet.nodes.map((_, index) => enforcedAt(fleet, index, token)))),
    );
    if (round < 0) continue;
    fromPost.push(enforced - posted);
    fromAcceptance.push(enforced - accepted);
  }
  await fleet.close();
  return {
    rounds,
    acceptance_to_enforced_ms: quantiles(fromAcceptance),
    post_to_enforced_ms: quantiles(fromPost),
  };
}

/** Many rules at once, 50 connections, with the default limiter window of 10 s. */
async function measureBurst(rules: number) {
  const fleet = await startFleet({ nodes: 3, maxReloadFrequencySeconds: 10 });
  const before = await publishedReleases(fleet);
  const started = performance.now();
  let next = 0;
  const lanes = Array.from({ length: 50 }, async () => {
    while (next < rules) await post(fleet, `burst${next++}x`);
  });
  await Promise.all(lanes);
  const accepted = performance.now();
  for (let index = 0; index < rules; index++)
    await fleet.everyNodeAnswers(`/burst${index}x`, 403, 30_000);
  const enforced = performance.now();
  const reloads = (await publishedReleases(fleet)) - before;
  await fleet.close();
  return {
    rules,
    accepted_after_ms: Math.round(accepted - started),
    all_enforced_after_ms: Math.round(enforced - started),
    reloads,
  };
}

async function post(fleet: Fleet, token: string): Promise<void> {
  const reply = await fleet.api('POST', '/api/v1/rules', {
    id: token,
    field: 'URI',
    pattern: `/${token}`,
    action: 'block',
  });
  if (reply.status !== 202)
    throw new Error(`${token} was answered with ${reply.status}: ${JSON.stringify(reply.body)}`);
}

async function enforcedAt(fleet: Fleet, index: number, token: string): Promise<number> {
  await until(
    async () => (await fleet.get(index, `/${token}`)) === 403,
    15_000,
    () => `${token} is not enforced`,
  );
  return performance.now();
}

async function publishedReleases(fleet: Fleet): Promise<number> {
  const { body } = await fleet.api('GET', '/api/v1/releases?limit=1000');
  return body.releases.filter((release: { outcome: string }) => release.outcome === 'published')
    .length;
}

function quantiles(samples: number[]) {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]! * 10) / 10;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

function describe(): string {
  const { single, burst } = report;
  const line = (name: string, row: { p50: number; p99: number; max: number }) =>
    `${name.padEnd(48)} p50 ${row.p50} ms   p99 ${row.p99} ms   max ${row.max} ms\n`;
  return (
    `one rule, three nodes, ${single.rounds} rounds\n` +
    line('  acceptance (202) to enforced on the last node', single.acceptance_to_enforced_ms) +
    line('  POST sent to enforced on the last node', single.post_to_enforced_ms) +
    `burst of ${burst.rules} rules, 50 connections, window 10 s\n` +
    `  accepted after ${burst.accepted_after_ms} ms, all enforced on all nodes after ${burst.all_enforced_after_ms} ms, ${burst.reloads} reloads\n`
  );
}
