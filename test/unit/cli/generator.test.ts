import { expect, test } from 'vitest';
import { observationOf, weakObservation } from '../../../src/cli/observation-of.ts';
import type { ObservedRequest } from '../../../src/fleet/shapes/observed-request.ts';
import { run } from './run.ts';

test('generator - without NATS and a key it ends with 2 and names what to set', async () => {
  const { exitCode, err } = await run(['generator']);
  expect(exitCode).toBe(2);
  for (const name of ['NATS_URL', 'SECBEAT_GENERATOR__ORCHESTRATOR_KEY', 'npm start']) {
    expect(err).toContain(name);
  }
});

const EVENT: ObservedRequest = {
  ...{ v: 1, id: 'r1', node_id: 'node-1', at: 1_000, source_ip: '192.0.2.1', method: 'POST' },
  ...{ uri: '/a?b=c', version: 'HTTP/1.1', body: 'aGk=', body_length: 2, missing: ['cookies[s]'] },
  ...{ headers: [['host', 'x']], status: 200, duration_ms: 3, action: 'allow', rule: null },
  ...{ rules: [], shadow_rules: ['s1'], score: {}, revision: 'v1', why: 'sample' },
  sample_rate: 0.01,
};

test('generator - a traffic event becomes an observation that stands for what its sample rate says', () => {
  const { recorded, weight, shadowRules } = observationOf(EVENT);
  expect(recorded.request).toEqual({
    ...{ method: 'POST', uri: '/a?b=c', version: 'HTTP/1.1', sourceIp: '192.0.2.1' },
    ...{ headers: ['host', 'x'], body: Uint8Array.of(104, 105), now: 1_000 },
  });
  expect([recorded.missing, recorded.status, weight, shadowRules]).toEqual([
    ...[['cookies[s]'], 200, 100, ['s1']],
  ]);
  expect(observationOf({ ...EVENT, why: 'match', status: null }).recorded.status).toBeUndefined();
  expect(observationOf({ ...EVENT, why: 'match' }).weight).toBe(1);
});

test('generator - what is told from outside is marked as such, each with an id of its own', () => {
  const seen = {
    ...{ node_id: 'ml', heard_at: 5, source_ip: '192.0.2.9', method: 'GET', uri: '/x' },
    ...{ status: 404, user_agent: 'curl' },
  };
  const [one, other] = [weakObservation(seen), weakObservation(seen)];
  expect(one).toMatchObject({ why: 'foreign', weight: 1, recorded: { status: 404 } });
  expect(one.recorded.id).not.toBe(other.recorded.id);
});
