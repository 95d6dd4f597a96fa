import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { packagePath } from '../../../src/config/package-root.ts';
import {
  freePort,
  startNats,
  startRedis,
  type TestServer,
  temporaryFolder,
} from '../../servers.ts';

let servers: readonly [TestServer, TestServer];
beforeAll(async () => {
  servers = await Promise.all([startRedis(), startNats()]);
});
afterAll(() => Promise.all(servers.map((server) => server.stop())));

/** `secbeat orchestrator` as a process; `output()` is all it wrote. */
function orchestrator(port: number, env: NodeJS.ProcessEnv = {}) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'rules'));
  const script = packagePath('src', 'cli', 'main.ts');
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', script, 'orchestrator'], {
    cwd: packagePath(),
    env: {
      PATH: process.env.PATH,
      REDIS_URL: servers[0].url,
      NATS_URL: servers[1].url,
      ORCHESTRATOR_API_KEY: 'process-test-key',
      SECBEAT_ORCHESTRATOR__PORT: String(port),
      SECBEAT_ORCHESTRATOR__DATA_DIR: join(folder, 'data'),
      SECBEAT_ORCHESTRATOR__WAF_CONFIG: join(folder, 'waf-config.json'),
      SECBEAT_ORCHESTRATOR__RULES_DIR: join(folder, 'rules'),
      SECBEAT_SIGNING__PRIVATE_KEY_FILE: join(folder, 'signing.pem'),
      SECBEAT_SIGNING__TRUSTED_KEY_FILES: `["${join(folder, 'signing.pub.pem')}"]`,
      SECBEAT_ARCHIVE__DIR: join(folder, 'archive'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  const exited = once(child, 'exit').then(([code]) => Number(code));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      written += chunk;
    });
  }
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, exited, output: () => written };
}

test('orchestrator process - makes its keys, serves, and ends within 5 s of SIGTERM with 0', async () => {
  const port = await freePort();
  const { child, exited, output } = orchestrator(port);
  const ready = () =>
    fetch(`http://127.0.0.1:${port}/ready`).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(ready, { timeout: 30_000 }).toBe(200);
  const started = performance.now();
  child.kill('SIGTERM');
  expect(await exited, output()).toBe(0);
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(output()).toContain('orchestrator stopped');
});

test('orchestrator process - a request that waits for a release does not hold up the end', async () => {
  const port = await freePort();
  const { child, exited, output } = orchestrator(port, {
    SECBEAT_WAF__WASM__RELOAD__MAX_RELOAD_FREQUENCY_SECONDS: '600',
  });
  const call = (path: string, body?: object) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { 'x-secbeat-api-key': 'process-test-key', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
  const ready = () =>
    call('/ready').then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(ready, { timeout: 30_000 }).toBe(200);
  // The first two releases use up the window, so the third stays in the queue.
  let url = '';
  for (const id of ['w1', 'w2', 'w3']) {
    const reply = await call('/api/v1/rules', {
      id,
      field: 'URI',
      pattern: `/${id}`,
      action: 'log',
    });
    url = ((await reply.json()) as { release: { url: string } }).release.url;
    await call(`${url}?wait=300`);
  }
  const waiting = call(`${url}?wait=60000`).then(
    () => 'answered',
    () => 'cut off',
  );
  const health = await call('/health');
  expect(health.status).toBe(200);
  const started = performance.now();
  child.kill('SIGTERM');
  expect(await exited, output()).toBe(0);
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(await waiting).toBe('cut off');
});

test('orchestrator process - a port in use ends it with 1 and names the port', async () => {
  const taken: Server = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as { port: number };
  const { exited, output } = orchestrator(port);
  expect(await exited).toBe(1);
  expect(output()).toMatch(new RegExp(`EADDRINUSE.*${port}`));
});

test('orchestrator process - settings that cannot work end it with 2 and name all faults', async () => {
  const wrong = { SECBEAT_ORCHESTRATOR__WATCH_DEBOUNCE_MS: 'soon', SECBEAT_LOG__LEVEL: 'loud' };
  const { exited, output } = orchestrator(await freePort(), wrong);
  expect(await exited).toBe(2);
  expect(output()).toContain('orchestrator.watch_debounce_ms');
  expect(output()).toContain('log.level');
});
