import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { apiKeyDigest, authenticate, permits } from '../../../src/config/api-keys.ts';
import type { AuthSettings } from '../../../src/config/settings.ts';

const auth: AuthSettings = {
  keys: [
    { name: 'reader', sha256: apiKeyDigest('reader-key'), roles: ['read'] },
    { name: 'ops', sha256: apiKeyDigest('ops-key'), roles: ['read', 'rules', 'deploy'] },
    { name: 'empty', sha256: apiKeyDigest(''), roles: ['deploy'] },
    { name: 'malformed', sha256: 'abc', roles: ['deploy'] },
  ],
};

const cases: readonly [name: string, headers: IncomingHttpHeaders, caller: string | null][] = [
  ['own header', { 'x-secbeat-api-key': 'ops-key' }, 'ops'],
  ['bearer', { authorization: 'Bearer reader-key' }, 'reader'],
  ['bearer in any case', { authorization: 'bearer reader-key' }, 'reader'],
  ['own header first', { 'x-secbeat-api-key': 'ops-key', authorization: 'Bearer x' }, 'ops'],
  ['no second try', { 'x-secbeat-api-key': 'wrong', authorization: 'Bearer ops-key' }, null],
  ['nothing', {}, null],
  ['wrong key', { 'x-secbeat-api-key': 'ops-keyy' }, null],
  ['empty own header', { 'x-secbeat-api-key': '' }, null],
  ['blank own header', { 'x-secbeat-api-key': '   ' }, null],
  ['empty bearer', { authorization: 'Bearer ' }, null],
  ['other scheme', { authorization: 'Basic ops-key' }, null],
  ['two keys in one bearer', { authorization: 'Bearer ops-key x' }, null],
  ['the digest itself', { 'x-secbeat-api-key': apiKeyDigest('ops-key') }, null],
  ['too long', { 'x-secbeat-api-key': 'k'.repeat(513) }, null],
];

describe('authenticate', () => {
  it('api keys - each header shape gives its caller', () => {
    const seen = cases.map(([name, headers]) => [name, authenticate(headers, auth)?.name ?? null]);
    expect(seen).toEqual(cases.map(([name, , caller]) => [name, caller]));
    expect(cases).toHaveLength(14);
  });

  it('api keys - nobody is let in when no key is configured', () => {
    expect(authenticate({ 'x-secbeat-api-key': 'ops-key' }, { keys: [] })).toBeNull();
    expect(authenticate({}, { keys: [] })).toBeNull();
  });

  it('api keys - a role is granted only when the key carries it', () => {
    const reader = authenticate({ authorization: 'Bearer reader-key' }, auth)!;
    expect([permits(reader, 'read'), permits(reader, 'deploy')]).toEqual([true, false]);
  });
});
