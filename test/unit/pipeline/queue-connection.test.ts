import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RedisSettings } from '../../../src/config/settings.ts';
import { redisOptions } from '../../../src/pipeline/queue-connection.ts';
import { temporaryFolder } from '../../servers.ts';

describe('redisOptions', () => {
  it('redis - every form of url', () => {
    const cases: readonly [string, object][] = [
      ['unix:///run/redis.sock', { path: '/run/redis.sock' }],
      ['unix:///run/a%20b.sock', { path: '/run/a b.sock' }],
      ['redis://host', { host: 'host', port: 6379 }],
      ['redis://host:7000/3', { host: 'host', port: 7000, db: 3 }],
      ['redis://me:p%40ss@host', { host: 'host', username: 'me', password: 'p@ss' }],
      ['redis://[::1]:7000', { host: '::1', port: 7000 }],
      ['rediss://host', { host: 'host', tls: {} }],
    ];
    expect(cases).toHaveLength(7);
    for (const [url, expected] of cases)
      expect(redisOptions(settings(url))).toMatchObject(expected);
  });

  it('redis - settings win over what the url says, and no TLS means none', () => {
    const named = redisOptions({ ...settings('redis://a:b@host'), username: 'c', password: 'd' });
    expect(named).toMatchObject({ username: 'c', password: 'd' });
    expect(named.tls).toBeUndefined();
  });

  it('redis - TLS files are read', () => {
    const file = join(temporaryFolder(), 'ca.pem');
    writeFileSync(file, 'certificate');
    const tls = { ca_file: file, cert_file: '', key_file: '' };
    expect(redisOptions({ ...settings('redis://host'), tls }).tls).toEqual({
      ca: Buffer.from('certificate'),
    });
  });

  it('redis - a url that is none is refused without repeating its password', () => {
    const bad = [
      '',
      'http://:secret@h',
      'redis://',
      'redis://:secret@h/x',
      'secret',
      'redis://h/1/2',
    ];
    for (const url of bad) {
      expect(() => redisOptions(settings(url))).toThrow(/^\[redis\] url must be redis:/);
    }
  });
});

function settings(url: string): RedisSettings {
  const tls = { ca_file: '', cert_file: '', key_file: '' };
  return { url, username: '', password: '', tls, prefix: 'test' };
}
