import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../servers.ts';
import {
  allClosed,
  freeBasePort,
  type LocalFleetProcess,
  startFleetProcess,
} from './local-fleet.ts';

/*
 * One fleet through its life, on its own ports and in its own folder. The tests build on each other in
 * the order they stand here.
 */
const folder = temporaryFolder();
let base: number;
let fleet: LocalFleetProcess;

beforeAll(async () => {
  base = await freeBasePort();
  fleet = await startFleetProcess(folder, base);
});
afterAll(() => fleet?.process.kill('SIGKILL'));

/** Status of a request to each node, in order. */
function statuses(userAgent: string): Promise<number[]> {
  return Promise.all(
    fleet.ports.nodes.map(async ({ data }) => {
      const answer = await fetch(`http://127.0.0.1:${data}/`, {
        headers: { 'user-agent': userAgent },
      });
      await answer.arrayBuffer();
      return answer.status;
    }),
  );
}

async function untilBlocked(userAgent: string): Promise<void> {
  while ((await statuses(userAgent)).some((status) => status !== 403)) await wait(20);
}

test('start - a posted rule is enforced by all three nodes, other requests pass', async () => {
  expect(await statuses('EvilBot/1.0')).toEqual([200, 200, 200]);
  const posted = await fetch(`http://127.0.0.1:${fleet.ports.orchestrator}/api/v1/rules`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-secbeat-api-key': fleet.apiKey },
    body: JSON.stringify({
      id: 'block-evil-bot',
      field: 'Header:User-Agent',
      pattern: 'EvilBot',
      action: 'block',
      ttl_seconds: 3600,
    }),
  });
  expect([posted.status, await posted.json()]).toMatchObject([202, { ids: ['block-evil-bot'] }]);
  await untilBlocked('EvilBot/1.0');
  expect(await statuses('Mozilla/5.0')).toEqual([200, 200, 200]);
});

test('start - a rule posted to one node is enforced by all three when it answers', async () => {
  const [{ admin } = { admin: 0 }] = fleet.ports.nodes;
  const posted = await fetch(`http://127.0.0.1:${admin}/api/v1/rules`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-secbeat-api-key': fleet.apiKey },
    body: JSON.stringify({ pattern: '/by-node', action: 'block', severity: 'error' }),
  });
  expect([posted.status, await posted.json()]).toMatchObject([201, { status: 'active' }]);
  const answers = fleet.ports.nodes.map(({ data }) => fetch(`http://127.0.0.1:${data}/by-node`));
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([403, 403, 403]);
});

test('start - the API key is in a file that only its owner can read', () => {
  expect(statSync(join(folder, '.secbeat', 'api-key')).mode & 0o777).toBe(0o600);
});

test('start - a crashed node is started again with its rules', async () => {
  const again = fleet.sees('node-2 runs again');
  process.kill(fleet.pidOf('node-2') ?? 0, 'SIGKILL');
  await again;
  expect(await statuses('EvilBot/1.0')).toEqual([403, 403, 403]);
});

test('start - a second one on the same ports is refused and names them', async () => {
  await expect(startFleetProcess(temporaryFolder(), base)).rejects.toThrow(
    new RegExp(`port ${base + 80} \\(orchestrator\\) is in use`),
  );
});

test('start - a second one on the same data is refused', async () => {
  await expect(startFleetProcess(folder, await freeBasePort())).rejects.toThrow(
    /Another local fleet runs on the data in/,
  );
  expect(await statuses('EvilBot/1.0')).toEqual([403, 403, 403]);
});

test('start - SIGINT ends everything within five seconds', async () => {
  fleet.process.kill('SIGINT');
  const [code] = await once(fleet.process, 'exit', { signal: AbortSignal.timeout(5000) });
  expect(code).toBe(0);
  await allClosed(fleet.listeners);
});

test('start - the rules are there again after a restart', async () => {
  fleet = await startFleetProcess(folder, base);
  await untilBlocked('EvilBot/1.0');
  expect(await statuses('Mozilla/5.0')).toEqual([200, 200, 200]);
});

test('start - SIGKILL of the launcher leaves nothing running', async () => {
  fleet.process.kill('SIGKILL');
  await once(fleet.process, 'exit');
  await allClosed(fleet.listeners);
});

test('start - a reader that closes the pipe ends everything', async () => {
  fleet = await startFleetProcess(folder, base);
  fleet.process.stdout?.destroy();
  process.kill(fleet.pidOf('node-1') ?? 0, 'SIGKILL');
  await once(fleet.process, 'exit');
  await allClosed(fleet.listeners);
});
