import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, type SettingFault } from '../../../src/config/config-error.ts';
import { loadSettings, type SettingsSources } from '../../../src/config/load-settings.ts';
import { packagePath } from '../../../src/config/package-root.ts';
import { temporaryFolder } from '../../servers.ts';

const folder = temporaryFolder();

function settingsFile(text: string): string {
  const file = join(folder, 'settings.toml');
  writeFileSync(file, text);
  return file;
}

function faultsOf(sources: SettingsSources): readonly SettingFault[] {
  try {
    loadSettings({ env: {}, ...sources });
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

test('settings - the file that ships holds every default', () => {
  const shipped = loadSettings({ file: packagePath('config', 'secbeat.toml'), env: {} });
  expect(shipped).toEqual(loadSettings({ file: settingsFile(''), env: {} }));
});

test('settings - documented keys have their documented defaults', () => {
  const { waf, ml } = loadSettings({ file: settingsFile(''), env: {} });
  expect(waf.wasm).toEqual({
    module: 'universal-waf.wasm',
    hot_reload_enabled: true,
    keep_previous_versions: 2,
    validate_before_reload: true,
    fuel_limit: 100000,
    reload: { auto_reload_on_file_change: false, max_reload_frequency_seconds: 10 },
  });
  expect(ml.dynamic_rules).toEqual({
    enabled: true,
    min_confidence: 0.85,
    max_active_rules: 100,
    default_ttl_seconds: 3600,
    auto_deploy: true,
  });
});

test('settings - the result cannot be changed, at any depth', () => {
  const settings = loadSettings({ file: settingsFile(''), env: {} });
  expect(Object.isFrozen(settings)).toBe(true);
  expect(Object.isFrozen(settings.node.proxy)).toBe(true);
  expect(Object.isFrozen(settings.signing.trusted_key_files)).toBe(true);
});

test('settings - an API key is kept as its digest only', () => {
  const settings = loadSettings({
    file: settingsFile(`auth.keys = [{ name = "alice", key = "\${ALICE}", roles = ["rules"] }]`),
    env: { ALICE: 'correct horse', MANAGEMENT_API_KEY: 'battery staple' },
  });
  const digest = (key: string) => createHash('sha256').update(key).digest('hex');
  expect(settings.auth.keys).toEqual([
    { name: 'alice', sha256: digest('correct horse'), roles: ['rules'] },
    { name: 'management', sha256: digest('battery staple'), roles: ['read', 'rules', 'deploy'] },
  ]);
  expect(JSON.stringify(settings)).not.toMatch(/horse|staple/);
});

interface Accepted {
  readonly name: string;
  readonly toml?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly overrides?: SettingsSources['overrides'];
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

interface Refused extends Omit<Accepted, 'key' | 'value'> {
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
    name: 'more body inspected than allowed',
    toml: 'node.proxy.max_body_bytes = 1000',
    fault: { code: CONFLICT, key: 'node.proxy.inspect_body_bytes' },
  },
  {
    name: 'S3 without a bucket',
    toml: 'archive = { kind = "s3", s3 = { endpoint = "http://s", access_key_id = "a", secret_access_key = "b" } }',
    fault: { code: CONFLICT, key: 'archive.s3.bucket' },
  },
];

test('settings - the table of refused settings has its size', () => {
  expect(REFUSED).toHaveLength(26);
});

test.each(REFUSED)('settings - refuses $name', ({ toml = '', env, overrides, fault }) => {
  const faults = faultsOf({ file: settingsFile(toml), env, overrides });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatchObject(fault);
});

test('settings - all faults of file, environment and overrides are reported at once', () => {
  const faults = faultsOf({
    file: settingsFile('[node]\nport = -1\nupstream = "ftp://x"\n[lgo]\n'),
    env: { SECBEAT_NATS__REPLICAS: '9' },
    overrides: { archive: { kind: 'tape' } },
  });
  expect(faults.map((fault) => fault.key).sort()).toEqual(
    ['archive.kind', 'lgo', 'nats.replicas', 'node.port', 'node.upstream'].sort(),
  );
});

test('settings - a file that does not exist is named', () => {
  const [fault] = faultsOf({ env: { SECBEAT_CONFIG: '/nowhere/x.toml' } });
  expect(fault).toMatchObject({
    code: 'WAF_ERR_CONFIG_FILE_NOT_FOUND',
    origin: '/nowhere/x.toml',
  });
});

test('settings - SECBEAT_CONFIG names a file in config/ without .toml', () => {
  expect(loadSettings({ env: { SECBEAT_CONFIG: 'secbeat' } }).node.id).toBe('node-1');
});

test('settings - no fault quotes a secret', () => {
  const secret = 'hunter2 is the pass';
  const faults = faultsOf({
    file: settingsFile('auth.keys = [{ name = "a b", key = 1 }]'),
    env: { MANAGEMENT_API_KEY: secret.repeat(100), SECBEAT_NATS__URL: secret },
  });
  expect(faults.length).toBeGreaterThanOrEqual(3);
  expect(JSON.stringify(faults)).not.toContain('hunter2');
});

test('settings - overrides are not changed by loading', () => {
  const overrides = { node: { labels: { zone: 'eu' } } };
  loadSettings({ file: settingsFile('[node.labels]\nrack = "1"'), env: {}, overrides });
  expect(overrides).toEqual({ node: { labels: { zone: 'eu' } } });
});
