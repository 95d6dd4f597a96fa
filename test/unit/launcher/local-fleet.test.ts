import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSettings } from '../../../src/config/load-settings.ts';
import { formatLogLine } from '../../../src/launcher/format-log-line.ts';
import { localApiKey } from '../../../src/launcher/local-api-key.ts';
import { localBanner } from '../../../src/launcher/local-banner.ts';
import {
  generatorEnvironment,
  nodeEnvironment,
  orchestratorEnvironment,
} from '../../../src/launcher/local-environment.ts';
import { localPorts, requireFreePorts } from '../../../src/launcher/local-ports.ts';
import { restartDelay } from '../../../src/launcher/restart-policy.ts';
import { freePort, temporaryFolder } from '../../servers.ts';

const FLEET = {
  ports: localPorts(8000),
  natsUrl: 'nats://user:secret@127.0.0.1:4222',
  redisUrl: 'unix:///tmp/r.sock',
  apiKey: 'sb_test-key',
};

test('local ports - base 8000 gives the documented ports', () => {
  expect(localPorts(8000)).toEqual({
    upstream: 8000,
    orchestrator: 8080,
    generator: 8081,
    nodes: [
      { data: 8001, admin: 9090 },
      { data: 8002, admin: 9091 },
      { data: 8003, admin: 9092 },
    ],
  });
});

test.each([0, 1023, 64_001, 8000.5, Number.NaN])('local ports - base %s is refused', (base) => {
  expect(() => localPorts(base)).toThrow(/from 1024 to 64000/);
});

test('local ports - a port in use is named with its use and the cure', async () => {
  const free = await freePort();
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(free, '127.0.0.1', resolve));
  const ports = {
    upstream: free,
    orchestrator: await freePort(),
    generator: await freePort(),
    nodes: [],
  };
  await expect(requireFreePorts(ports)).rejects.toMatchObject({
    code: 'WAF_ERR_LAUNCHER_PORT_IN_USE',
    message: expect.stringMatching(
      new RegExp(`^  port ${free} \\(demo upstream\\) is in use\n.*--base-port \\d+$`),
    ),
  });
  await new Promise((resolve) => blocker.close(resolve));
  await expect(requireFreePorts(ports)).resolves.toBeUndefined();
});

test('local environment - the settings of each process load and differ where they must', () => {
  const orchestrator = loadSettings({ env: orchestratorEnvironment({}, FLEET) });
  const nodes = [0, 1, 2].map((index) => loadSettings({ env: nodeEnvironment({}, FLEET, index) }));
  expect(orchestrator.orchestrator.port).toBe(8080);
  const { generator } = loadSettings({ env: generatorEnvironment({}, FLEET) });
  expect([generator.port, generator.orchestrator_url, generator.orchestrator_key]).toEqual([
    ...[8081, 'http://127.0.0.1:8080', FLEET.apiKey],
  ]);
  expect(orchestrator.nats.url).toBe(FLEET.natsUrl);
  expect(nodes.map(({ node }) => [node.id, node.port, node.admin_port, node.upstream])).toEqual([
    ['node-1', 8001, 9090, 'http://127.0.0.1:8000'],
    ['node-2', 8002, 9091, 'http://127.0.0.1:8000'],
    ['node-3', 8003, 9092, 'http://127.0.0.1:8000'],
  ]);
  expect(nodes[0]?.auth.keys.map((key) => key.name)).toEqual(['management', 'orchestrator']);
  expect(nodes[2]?.node).toMatchObject({
    orchestrator_url: 'http://127.0.0.1:8080',
    orchestrator_key: FLEET.apiKey,
  });
});

test("local environment - the caller's environment goes over the local defaults", () => {
  const env = { SECBEAT_NODE__WORKERS: '2', MANAGEMENT_API_KEY: 'my own key' };
  const environment = nodeEnvironment(env, FLEET, 0);
  expect(environment).toMatchObject({ ...env, ORCHESTRATOR_API_KEY: FLEET.apiKey });
  expect(loadSettings({ env: environment }).node.workers).toBe(2);
});

test('local banner - shows the key, three commands, and no password', () => {
  const banner = localBanner(FLEET);
  expect(banner).toContain('\nAPI key: sb_test-key\n');
  expect(banner.match(/^ {2}curl /gm)).toHaveLength(3);
  expect(banner).not.toContain('secret');
});

test('local API key - is made once and private', () => {
  const file = join(temporaryFolder(), 'keys', 'api-key');
  const key = localApiKey(file);
  expect(key).toMatch(/^sb_[\w-]{32}$/);
  expect(localApiKey(file)).toBe(key);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('restart policy - waits longer after each crash and gives up after five in a minute', () => {
  const crashes = [0, 1000, 2000, 3000, 4000, 5000];
  const delays = crashes.map((now, index) => restartDelay(crashes.slice(0, index + 1), now));
  expect(delays).toEqual([200, 400, 800, 1600, 3200, null]);
});

test('restart policy - crashes older than a minute are forgotten', () => {
  expect(restartDelay([0, 1000, 2000, 3000, 4000, 70_000], 70_000)).toBe(200);
});

const LINES: readonly [what: string, line: string, shown: string][] = [
  [
    'a log record',
    '{"level":30,"time":"2026-01-02T03:04:05.678Z","pid":1,"hostname":"h","name":"node-1","revision":"v3","ms":1.5,"msg":"active"}',
    '03:04:05 node-1 info active revision=v3 ms=1.5',
  ],
  [
    'a record of an error',
    '{"level":50,"time":"2026-01-02T03:04:05.678Z","err":{"message":"no route","stack":"…"},"msg":"failed"}',
    '03:04:05 node-1 ERROR failed error=no route',
  ],
  ['plain text', 'hello', '         node-1 hello'],
  ['broken JSON', '{"a":', '         node-1 {"a":'],
];

test.each(LINES)('log line - %s is shown for a person', (_, line, shown) => {
  expect(formatLogLine('node-1', line)).toBe(shown);
});
