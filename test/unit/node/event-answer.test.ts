import { expect, test } from 'vitest';
import { eventAnswer } from '../../../src/node/admin/event-answer.ts';

test('events - have RFC 3339 times and snake_case keys', () => {
  const match = {
    rule: 'a',
    shadow: false,
    target: 'uri',
    offset: 0,
    length: 1,
    transforms: [],
    excerpt: null,
  };
  const event = {
    ...{ request_id: 'r', client: '192.0.2.1', method: 'GET', uri: '/', action: 'block' as const },
    ...{ status: 403, module: 'm', revision: 'v1', rule: 'a', reason: 'rule a', score: {} },
  };
  const at = Date.parse('2026-05-01T12:00:00Z');
  expect(eventAnswer({ ...event, at, matches: [{ ...match, ruleIndex: 7 }] })).toEqual({
    ...event,
    at: '2026-05-01T12:00:00.000Z',
    matches: [{ ...match, rule_index: 7 }],
  });
});
