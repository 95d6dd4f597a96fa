import { describe, expect, it } from 'vitest';
import { DEFAULT_RATE_LIMIT, decide } from '../../../src/node/proxy/decide.ts';
import { rateLimitKey } from '../../../src/node/proxy/rate-limit-key.ts';
import { ALLOW, testModule, verdictOf } from '../../integration/node/proxy-stand.ts';

const OPEN = { not_ready: 'open', trap: 'open', budget: 'open', timeout: 'open' } as const;
const CLOSED = {
  not_ready: 'closed',
  trap: 'closed',
  budget: 'closed',
  timeout: 'closed',
} as const;
const KINDS = ['not_ready', 'trap', 'budget', 'timeout'] as const;

describe('decide', () => {
  it('decide - a failed inspection follows the policy of its kind alone', () => {
    for (const failure of KINDS) {
      const verdict = { ...ALLOW, failure };
      expect(decide(verdict, OPEN)).toEqual({ kind: 'forward', logged: false });
      expect(decide(verdict, { ...OPEN, [failure]: 'closed' })).toEqual({
        kind: 'unavailable',
        failure,
      });
      expect(decide(verdict, { ...CLOSED, [failure]: 'open' }).kind).toBe('forward');
    }
  });

  it('decide - a block stands although another module failed', () => {
    const verdict = { ...verdictOf(1, null), failure: 'trap' } as const;
    expect(decide(verdict, CLOSED)).toEqual({ kind: 'block', status: 403 });
  });

  it('decide - the status of a block comes from the rule', () => {
    expect(decide(verdictOf(1, 'teapot'), OPEN)).toEqual({ kind: 'block', status: 418 });
    expect(decide(verdictOf(1, 'unknown'), OPEN)).toEqual({ kind: 'block', status: 403 });
  });

  it('decide - a rate limit without numbers gets the default', () => {
    const foreign = { ...testModule, name: 'bots', manifest: null };
    const verdict = { ...verdictOf(3, null), module: foreign };
    expect(decide(verdict, OPEN)).toEqual({
      kind: 'limit',
      limit: DEFAULT_RATE_LIMIT,
      scope: 'bots ',
    });
  });

  it('decide - an artifact that ran out of steps has decided by its own policy', () => {
    const { explanation, ...rest } = verdictOf(0, null);
    const exhausted = { ...explanation!, reason: 'budget' } as const;
    const verdict = { ...rest, explanation: exhausted, failure: 'budget' } as const;
    expect(decide(verdict, CLOSED)).toEqual({ kind: 'forward', logged: false });
  });

  it('decide - log forwards', () => {
    expect(decide(verdictOf(2, 'x'), OPEN)).toEqual({ kind: 'forward', logged: true });
  });
});

describe('rate-limit key', () => {
  const request = {
    method: 'GET',
    uri: '/a?id=5&id=6',
    version: 'HTTP/1.1',
    sourceIp: '9.9.9.9',
    headers: ['Host', 'a', 'X-API-Key', 'k1', 'Cookie', 'a=1; sid=s2'],
    body: null,
    now: 0,
  };
  const cases: readonly [target: string, key: string][] = [
    ['client.ip', 'client.ip=9.9.9.9'],
    ['headers[x-api-key]', 'headers[x-api-key]=k1'],
    ['cookies[sid]', 'cookies[sid]=s2'],
    ['query[id]', 'query[id]=5'],
    ['path', 'path=/a'],
    ['uri', 'uri=/a?id=5&id=6'],
    ['method', 'method=GET'],
    ['headers[absent]', 'client.ip=9.9.9.9'],
    ['cookies[absent]', 'client.ip=9.9.9.9'],
    ['body.raw', 'client.ip=9.9.9.9'],
  ];

  it('rate-limit key - names one value, or the client when there is none', () => {
    expect(cases.map(([target]) => [target, rateLimitKey(target, request)])).toEqual(cases);
    expect(cases).toHaveLength(10);
  });
});
