import { expect, test } from 'vitest';
import { loadSettings } from '../../../src/config/load-settings.ts';
import { settingsFile, type Written } from './written-settings.ts';

interface Accepted extends Written {
  readonly key: string;
  readonly value: unknown;
}

const ACCEPTED: readonly Accepted[] = [
  { name: 'a file value', toml: '[node]\nport = 81', key: 'node.port', value: 81 },
  {
    name: 'a variable inside a text',
    toml: `redis.prefix = "a-\${SITE}"`,
    env: { SITE: 'b' },
    key: 'redis.prefix',
    value: 'a-b',
  },
  {
    name: 'a variable as a number',
    toml: `node.port = "\${PORT}"`,
    env: { PORT: '81' },
    key: 'node.port',
    value: 81,
  },
  {
    name: 'a variable cannot bring another variable',
    toml: `nats.password = "\${A}"`,
    env: { A: `\${B}`, B: 'no' },
    key: 'nats.password',
    value: `\${B}`,
  },
  {
    name: 'the environment over the file',
    toml: 'node.port = 81',
    env: { SECBEAT_NODE__PORT: '82' },
    key: 'node.port',
    value: 82,
  },
  {
    name: 'overrides over the environment',
    env: { SECBEAT_NODE__PORT: '82' },
    overrides: { node: { port: 83 } },
    key: 'node.port',
    value: 83,
  },
  {
    name: 'a deep environment key',
    env: { SECBEAT_WAF__WASM__RELOAD__MAX_RELOAD_FREQUENCY_SECONDS: '0.5' },
    key: 'waf.wasm.reload.max_reload_frequency_seconds',
    value: 0.5,
  },
  {
    name: 'a boolean environment value',
    env: { SECBEAT_ML__DYNAMIC_RULES__AUTO_DEPLOY: 'false' },
    key: 'ml.dynamic_rules.auto_deploy',
    value: false,
  },
  {
    name: 'a list separated by commas',
    env: { SECBEAT_NODE__TRUSTED_PROXIES: '10.0.0.0/8, ::1' },
    key: 'node.trusted_proxies',
    value: ['10.0.0.0/8', '::1'],
  },
  {
    name: 'a list as JSON',
    env: { SECBEAT_NODE__TRUSTED_PROXIES: '["10.0.0.1"]' },
    key: 'node.trusted_proxies',
    value: ['10.0.0.1'],
  },
  {
    name: 'an empty list',
    env: { SECBEAT_SIGNING__TRUSTED_KEY_FILES: '' },
    key: 'signing.trusted_key_files',
    value: [],
  },
  {
    name: 'one entry of a table',
    env: { SECBEAT_NODE__LABELS__ZONE: 'eu' },
    key: 'node.labels',
    value: { zone: 'eu' },
  },
  {
    name: 'a table as JSON',
    env: { SECBEAT_WAF__THRESHOLDS: '{"sqli":10}' },
    key: 'waf.thresholds',
    value: { sqli: 10 },
  },
  { name: 'NATS_URL', env: { NATS_URL: 'tls://n:1' }, key: 'nats.url', value: 'tls://n:1' },
  {
    name: 'NATS_URL over the generic name',
    env: { NATS_URL: 'nats://a:1', SECBEAT_NATS__URL: 'nats://b:1' },
    key: 'nats.url',
    value: 'nats://a:1',
  },
  {
    name: 'REDIS_URL of a Unix socket',
    env: { REDIS_URL: 'unix:///run/r.sock' },
    key: 'redis.url',
    value: 'unix:///run/r.sock',
  },
  { name: 'an empty REDIS_URL as absent', env: { REDIS_URL: '' }, key: 'redis.url', value: '' },
  {
    name: 'an empty API key as absent',
    env: { MANAGEMENT_API_KEY: '' },
    key: 'auth.keys',
    value: [],
  },
  {
    name: 'other SECBEAT_ variables as none of its business',
    env: { SECBEAT_URL: 'http://x' },
    key: 'log.level',
    value: 'info',
  },
];

test('settings - the table of accepted settings has its size', () => {
  expect(ACCEPTED).toHaveLength(19);
});

test.each(ACCEPTED)('settings - takes $name', ({ toml = '', key, value, ...sources }) => {
  const settings = loadSettings({ env: {}, file: settingsFile(toml), ...sources });
  expect(key.split('.').reduce<unknown>((node, step) => Object(node)[step], settings)).toEqual(
    value,
  );
});
