import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerCertificate } from 'node:tls';
import { expect, test } from 'vitest';
import type { NatsSettings } from '../../../src/config/settings.ts';
import { connectionOptions, serverNames } from '../../../src/fleet/connection-options.ts';
import { serverIdentityCheck } from '../../../src/fleet/server-identity.ts';
import { temporaryFolder } from '../../servers.ts';

const PLAIN: NatsSettings = {
  url: 'nats://127.0.0.1:4222',
  user: '',
  password: '',
  token: '',
  nkey_seed_file: '',
  tls: { ca_file: '', cert_file: '', key_file: '' },
  replicas: 1,
  bucket_prefix: 'secbeat',
};

test('connection options - reconnect for ever, under an inbox of their own', () => {
  const options = connectionOptions(PLAIN, 'node-1');
  expect(options).toMatchObject({
    name: 'node-1',
    servers: ['127.0.0.1:4222'],
    inboxPrefix: '_INBOX_node-1',
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
  });
  for (const key of ['user', 'pass', 'token', 'authenticator', 'tls']) {
    expect(options).not.toHaveProperty(key);
  }
});

test('connection options - several servers, with the credentials of the URL unless settings name some', () => {
  const url = 'nats://anna:p%40ss@a:4222, nats://b:4223,c';
  expect(connectionOptions({ ...PLAIN, url }, 'x')).toMatchObject({
    servers: ['a:4222', 'b:4223', 'c'],
    user: 'anna',
    pass: 'p@ss',
  });
  const named = { ...PLAIN, url, user: 'bert', password: 'other' };
  expect(connectionOptions(named, 'x')).toMatchObject({ user: 'bert', pass: 'other' });
  expect(serverNames(url)).toBe('a:4222, b:4223, c');
});

test('connection options - token, nkey seed and TLS files are used when they are set', () => {
  expect(connectionOptions({ ...PLAIN, token: 't' }, 'x')).toMatchObject({ token: 't' });
  const seedFile = join(temporaryFolder(), 'seed.nk');
  writeFileSync(seedFile, 'SUAAAA\n');
  expect(connectionOptions({ ...PLAIN, nkey_seed_file: seedFile }, 'x').authenticator).toBeTypeOf(
    'function',
  );
  const tls = { ca_file: 'ca.pem', cert_file: '', key_file: '' };
  expect(connectionOptions({ ...PLAIN, tls }, 'x').tls).toMatchObject({ caFile: 'ca.pem' });
  expect(connectionOptions({ ...PLAIN, url: 'tls://a' }, 'x').tls).toBeDefined();
});

test.each([
  '',
  ',',
  'nats://',
  'nats://anna:secret@',
])('connection options - the URL %j is refused without repeating it', (url) => {
  expect(() => connectionOptions({ ...PLAIN, url }, 'x')).toThrow(
    expect.objectContaining({
      code: 'WAF_ERR_FLEET_CONNECT',
      message: 'nats.url is not of the form nats://host:port',
    }),
  );
});

test('connection options - a name that cannot be an inbox is refused', () => {
  for (const name of ['', 'a.b', '*', '>', 'ä', 'x'.repeat(65)]) {
    expect(() => connectionOptions(PLAIN, name)).toThrow(
      expect.objectContaining({ code: 'WAF_ERR_FLEET_NAME' }),
    );
  }
});

const certificate = (subjectaltname: string) =>
  ({ subject: { CN: 'server' }, subjectaltname }) as unknown as PeerCertificate;

const IDENTITIES: readonly (readonly [string, string[], string, string, boolean])[] = [
  ['a name', ['nats.example'], 'nats.example', 'DNS:nats.example', true],
  ['another name', ['nats.example'], 'nats.example', 'DNS:evil.example', false],
  ['an address', ['10.0.0.5'], 'localhost', 'IP Address:10.0.0.5', true],
  ['another address', ['10.0.0.5'], 'localhost', 'IP Address:10.0.0.6', false],
  ['localhost in place of an address', ['10.0.0.5'], 'localhost', 'DNS:localhost', false],
  ['one of two addresses', ['10.0.0.5', '10.0.0.6'], 'localhost', 'IP Address:10.0.0.6', true],
  ['an address of version 6', ['[::1]'], 'localhost', 'IP Address:0:0:0:0:0:0:0:1', true],
  ['localhost itself', ['localhost'], 'localhost', 'DNS:localhost', true],
  ['localhost beside an address', ['localhost', '10.0.0.5'], 'localhost', 'DNS:localhost', true],
  ['a name that the cluster told of', ['nats.example'], 'b.example', 'DNS:b.example', true],
];

test('server identity - the table has 10 cases', () => expect(IDENTITIES).toHaveLength(10));

test.each(IDENTITIES)('server identity - %s', (_, hosts, host, names, accepted) => {
  const fault = serverIdentityCheck(hosts)(host, certificate(names));
  expect(fault === undefined).toBe(accepted);
});
