import { expect, test } from 'vitest';
import type { SettingFault } from '../../../src/config/config-error.ts';
import { faultsOf, settingsFile, type Written } from './written-settings.ts';

interface Refused extends Written {
  readonly fault: Partial<SettingFault>;
}

const VALUE = 'WAF_ERR_CONFIG_VALUE';
const CONFLICT = 'WAF_ERR_CONFIG_CONFLICT';

const REFUSED: readonly Refused[] = [
  {
    name: 'TOML syntax with line and column',
    toml: '[node]\nport = = 1',
    fault: { code: 'WAF_ERR_CONFIG_SYNTAX', key: '', line: 2, column: 8 },
  },
  {
    name: 'an unknown key, with a suggestion and its line',
    toml: '[node]\nid = "a"\nprot = 1',
    fault: {
      code: 'WAF_ERR_CONFIG_UNKNOWN_KEY',
      key: 'node.prot',
      line: 3,
      hint: 'did you mean port?',
    },
  },
  {
    name: 'an unknown key without a near one',
    toml: '[log]\nfile_rotation = 1',
    fault: { code: 'WAF_ERR_CONFIG_UNKNOWN_KEY', hint: 'known here: level' },
  },
  {
    name: 'an unknown section',
    toml: '[nods]\nport = 1',
    fault: {
      code: 'WAF_ERR_CONFIG_UNKNOWN_KEY',
      key: 'nods',
      line: 1,
      hint: 'did you mean node?',
    },
  },
  {
    name: '__proto__ as a key',
    toml: '[__proto__]\nport = 1',
    fault: { code: 'WAF_ERR_CONFIG_UNKNOWN_KEY', key: '__proto__' },
  },
  {
    name: 'a wrong type',
    toml: '[node]\nport = "x"',
    fault: { code: VALUE, key: 'node.port', line: 2, message: 'must be of type integer' },
  },
  {
    name: 'a port out of range',
    toml: 'node.port = 65536',
    fault: { code: VALUE, key: 'node.port', message: 'must be <= 65535' },
  },
  {
    name: 'a word that is not among the allowed',
    toml: 'log.level = "loud"',
    fault: {
      code: VALUE,
      message: 'must be one of trace, debug, info, warn, error, silent',
    },
  },
  {
    name: 'a node id with a dot',
    toml: 'node.id = "a.b"',
    fault: { code: VALUE, key: 'node.id', message: 'does not have the expected form' },
  },
  {
    name: 'a URL of another kind',
    env: { NATS_URL: 'http://x' },
    fault: { code: VALUE, key: 'nats.url', origin: 'environment NATS_URL' },
  },
  {
    name: 'an environment value of the wrong type',
    env: { SECBEAT_NODE__PORT: 'eighty' },
    fault: { code: VALUE, key: 'node.port', origin: 'environment SECBEAT_NODE__PORT' },
  },
  {
    name: 'an environment variable that is no setting',
    env: { SECBEAT_NODE__PROXY__BODY: '1' },
    fault: { code: 'WAF_ERR_CONFIG_UNKNOWN_KEY', origin: 'environment SECBEAT_NODE__PROXY__BODY' },
  },
  {
    name: 'an override of the wrong type',
    overrides: { node: { port: '1' } },
    fault: { code: VALUE, key: 'node.port', origin: 'overrides' },
  },
  {
    name: 'a table that is a text',
    env: { SECBEAT_NODE__LABELS: 'zone=eu' },
    fault: { code: VALUE, key: 'node.labels', message: 'must be of type object' },
  },
  {
    name: 'a label name with a space',
    toml: 'node.labels = { "a b" = "c" }',
    fault: { code: VALUE, key: 'node.labels' },
  },
  {
    name: 'a variable that is not set',
    toml: `[redis]\nprefix = "p"\npassword = "\${REDIS_PASSWORD}"`,
    fault: {
      code: 'WAF_ERR_CONFIG_VARIABLE',
      key: 'redis.password',
      line: 3,
      message: 'environment variable REDIS_PASSWORD is not set',
    },
  },
  {
    name: 'a variable that is not set as a number',
    toml: `node.port = "\${PORT}"`,
    fault: { code: 'WAF_ERR_CONFIG_VARIABLE', key: 'node.port' },
  },
  {
    name: 'a short API key, without saying it',
    env: { MANAGEMENT_API_KEY: 'abc' },
    fault: { code: VALUE, key: 'auth.keys.0.key', origin: 'environment MANAGEMENT_API_KEY' },
  },
  {
    name: 'an API key without a name',
    toml: 'auth.keys = [{ key = "long enough" }]',
    fault: { code: VALUE, key: 'auth.keys.0' },
  },
  {
    name: 'an unknown role',
    toml: 'auth.keys = [{ name = "a", key = "long enough", roles = ["root"] }]',
    fault: { code: VALUE, key: 'auth.keys.0.roles.0' },
  },
  {
    name: 'an API key with both key and sha256',
    toml: `[[auth.keys]]\nname = "a"\nkey = "long enough"\nsha256 = "${'0'.repeat(64)}"`,
    fault: { code: CONFLICT, key: 'auth.keys.0', line: 1 },
  },
  {
    name: 'two API keys of one name',
    toml: '[[auth.keys]]\nname = "a"\nkey = "long enough"\n[[auth.keys]]\nname = "a"\nkey = "other one"',
    fault: { code: CONFLICT, key: 'auth.keys.1.name', line: 5 },
  },
  {
    name: 'a client certificate without its key',
    toml: 'nats.tls.cert_file = "c.pem"',
    fault: { code: CONFLICT, key: 'nats.tls' },
  },
  {
    name: 'a trusted proxy that is a host name',
    toml: 'node.trusted_proxies = ["::1", "proxy.local"]',
    fault: { code: CONFLICT, key: 'node.trusted_proxies.1' },
  },
  {
    name: 'a trusted proxy range that is too long',
    toml: 'node.trusted_proxies = ["10.0.0.0/33"]',
    fault: { code: CONFLICT, key: 'node.trusted_proxies.0' },
  },
  {
    name: 'an orchestrator without the key for it',
    toml: 'node.orchestrator_url = "http://127.0.0.1:8080"',
    fault: { code: CONFLICT, key: 'node.orchestrator_key' },
  },
  {
    name: 'an orchestrator URL that holds a password',
    toml: 'node = { orchestrator_url = "http://u:p@host:1", orchestrator_key = "k" }',
    fault: { code: VALUE, key: 'node.orchestrator_url' },
  },
  {
    name: 'more body inspected than allowed',
    toml: 'node.proxy.max_body_bytes = 1000',
    fault: { code: CONFLICT, key: 'node.proxy.inspect_body_bytes' },
  },
  {
    name: 'S3 without a bucket',
    toml: 'archive = { kind = "s3", s3 = { endpoint = "http://s", access_key_id = "a", secret_access_key = "b" } }',
    fault: { code: CONFLICT, key: 'archive.s3.bucket' },
  },
  {
    name: 'a first lifetime of candidates above the longest',
    toml: '[generator]\nttl_seconds = 700000',
    fault: { code: CONFLICT, key: 'generator.ttl_seconds' },
  },
];

test('settings - the table of refused settings has its size', () => {
  expect(REFUSED).toHaveLength(30);
});

test.each(REFUSED)('settings - refuses $name', ({ toml = '', env, overrides, fault }) => {
  const faults = faultsOf({ file: settingsFile(toml), env, overrides });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatchObject(fault);
});
