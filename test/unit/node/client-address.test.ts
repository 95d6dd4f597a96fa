import { describe, expect, it } from 'vitest';
import { createClientAddress } from '../../../src/node/proxy/client-address.ts';

const TRUSTED = ['10.0.0.0/8', '192.0.2.7', 'fd00::/8', '::1'];

const cases: readonly [peer: string, forwarded: string | undefined, client: string][] = [
  ['203.0.113.1', '9.9.9.9', '203.0.113.1'],
  ['10.1.2.3', undefined, '10.1.2.3'],
  ['10.1.2.3', '9.9.9.9', '9.9.9.9'],
  ['10.1.2.3', '1.1.1.1, 9.9.9.9', '9.9.9.9'],
  ['10.1.2.3', '1.1.1.1, 9.9.9.9, 10.4.4.4, 192.0.2.7', '9.9.9.9'],
  ['10.1.2.3', '10.5.5.5', '10.5.5.5'],
  ['10.1.2.3', 'spoof, 9.9.9.9', '9.9.9.9'],
  ['10.1.2.3', '9.9.9.9, garbage', '10.1.2.3'],
  ['10.1.2.3', '9.9.9.9, garbage, 10.4.4.4', '10.4.4.4'],
  ['10.1.2.3', '', '10.1.2.3'],
  ['10.1.2.3', '9.9.9.9:1234', '9.9.9.9'],
  ['10.1.2.3', '[2001:db8::1]:443', '2001:db8::1'],
  ['10.1.2.3', '2001:db8::1', '2001:db8::1'],
  ['::ffff:10.1.2.3', '9.9.9.9', '9.9.9.9'],
  ['::ffff:203.0.113.1', '9.9.9.9', '203.0.113.1'],
  ['10.1.2.3', '::ffff:9.9.9.9', '9.9.9.9'],
  ['::1', '9.9.9.9', '9.9.9.9'],
  ['fd12::1', '9.9.9.9, fd00::5', '9.9.9.9'],
];

describe('client address', () => {
  it('client address - is the rightmost one that no trusted proxy wrote about itself', () => {
    const find = createClientAddress(TRUSTED);
    const seen = cases.map(([peer, forwarded]) => [peer, forwarded, find(peer, forwarded).client]);
    expect(seen).toEqual(cases);
    expect(cases).toHaveLength(18);
  });

  it('client address - nobody is believed when no proxy is trusted', () => {
    expect(createClientAddress([])('10.1.2.3', '9.9.9.9')).toEqual({
      client: '10.1.2.3',
      peer: '10.1.2.3',
      peerTrusted: false,
    });
  });

  it.each([
    '10.0.0.0/33',
    'proxy.local',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '::/129',
    '',
  ])('client address - the setting %j is refused', (entry) => {
    expect(() => createClientAddress([entry])).toThrow(
      expect.objectContaining({ code: 'WAF_ERR_NODE_TRUSTED_PROXY_INVALID' }),
    );
  });
});
