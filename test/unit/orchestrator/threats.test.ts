import { expect, test } from 'vitest';
import type { NodeView, Releases } from '../../../src/pipeline/releases.ts';
import { createStand, NOW } from './app-stand.ts';

const counters = (requests: number, blocked: number, rate_limited: number, logged: number) => ({
  requests,
  blocked,
  rate_limited,
  logged,
});

function node(id: string, alive: boolean, counted: ReturnType<typeof counters>): NodeView {
  const report = { id, started_at: NOW - 60_000, reported_at: NOW - 1000, counters: counted };
  return { report: report as NodeView['report'], alive, drift: [] };
}

test('threats - sums what live nodes report and shows every node', async () => {
  const nodes = [
    node('b', true, counters(100, 7, 2, 1)),
    node('a', true, counters(50, 3, 0, 4)),
    node('c', false, counters(9, 9, 9, 9)),
  ];
  const releases = { nodes: async () => nodes } as unknown as Releases;
  const { call } = await createStand({ releases });
  const times = {
    since: '2026-03-01T11:59:00.000Z',
    reported_at: '2026-03-01T11:59:59.000Z',
  };
  expect(await call('GET', '/api/v1/threats')).toMatchObject({
    status: 200,
    body: {
      timestamp: '2026-03-01T12:00:00.000Z',
      totals: counters(150, 10, 2, 5),
      nodes: [
        { id: 'a', alive: true, ...times, ...counters(50, 3, 0, 4) },
        { id: 'b', alive: true, ...times, ...counters(100, 7, 2, 1) },
        { id: 'c', alive: false, ...times, ...counters(9, 9, 9, 9) },
      ],
    },
  });
});

test('scale - says that machines are not started here', async () => {
  const { call } = await createStand();
  const reply = await call('POST', '/api/v1/scale', { nodes: 5 });
  expect([reply.status, reply.body.code]).toEqual([501, 'WAF_ERR_API_SCALE']);
  expect(reply.body.error).toBe('this system does not start or stop machines');
  expect(reply.body.hint).toContain('joins the fleet');
});
