import { expect, test } from 'vitest';
import { createStand } from './app-stand.ts';

const AT = '2026-03-01T12:00:00.000Z';

test('feedback - one word and several are stored with the name of the key, and listed newest first', async () => {
  const { call } = await createStand();
  const one = { request_id: 'abc-1', label: 'attack', note: 'seen in the log' };
  const added = await call('POST', '/api/v1/feedback', one, { key: 'key-rules' });
  expect(added.status).toBe(201);
  expect(added.body).toEqual({ accepted: 1, feedback: [{ ...one, actor: 'rules', at: AT }] });
  const two = [
    { request_id: 'abc-2', label: 'false_positive' },
    { request_id: 'abc-1', label: 'false_positive' },
  ];
  expect((await call('POST', '/api/v1/feedback', two)).body.accepted).toBe(2);
  const list = await call('GET', '/api/v1/feedback', undefined, { key: 'key-read' });
  expect(list.body).toEqual({
    feedback: [
      { request_id: 'abc-1', label: 'false_positive', actor: 'all', at: AT },
      { request_id: 'abc-2', label: 'false_positive', actor: 'all', at: AT },
    ],
    total: 2,
  });
  expect((await call('GET', '/api/v1/feedback?limit=1')).body.total).toBe(1);
  expect((await call('GET', '/api/v1/feedback?label=attack')).body.total).toBe(0);
});

const WRONG: readonly unknown[] = [
  {},
  [],
  { request_id: 'a', label: 'maybe' },
  { request_id: 'a b', label: 'attack' },
  { request_id: '', label: 'attack' },
  { request_id: 'a', label: 'attack', extra: 1 },
  { request_id: 'a', label: 'attack', note: 'x'.repeat(1_001) },
  [{ request_id: 'a', label: 'attack' }, { request_id: 'b' }],
];

test('feedback - 8 bodies that say nothing sensible are refused, and nothing of them is stored', async () => {
  expect(WRONG).toHaveLength(8);
  const { call } = await createStand();
  for (const body of WRONG) {
    expect((await call('POST', '/api/v1/feedback', body)).status, JSON.stringify(body)).toBe(400);
  }
  expect((await call('GET', '/api/v1/feedback')).body.total).toBe(0);
  for (const query of ['limit=0', 'limit=x', 'label=none', 'page=1']) {
    expect((await call('GET', `/api/v1/feedback?${query}`)).status, query).toBe(400);
  }
});

test('feedback - needs the role rules to say, and read to look', async () => {
  const { call } = await createStand();
  const body = { request_id: 'a', label: 'attack' };
  expect((await call('POST', '/api/v1/feedback', body, { key: 'key-read' })).status).toBe(403);
  expect((await call('POST', '/api/v1/feedback', body, { key: '' })).status).toBe(401);
  expect((await call('GET', '/api/v1/feedback', undefined, { key: '' })).status).toBe(401);
});
