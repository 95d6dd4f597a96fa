import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { loadSettings } from '../../../src/config/load-settings.ts';
import { packagePath } from '../../../src/config/package-root.ts';
import { faultsOf, settingsFile } from './written-settings.ts';

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
