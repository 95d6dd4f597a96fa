import { expect, test } from 'vitest';
import type { TrafficEvent } from '../../../src/node/traffic/event-ring.ts';
import { createEventMask } from '../../../src/node/traffic/mask-event.ts';

function event(...targets: string[]): TrafficEvent {
  const excerpt = { before: 'a', matched: 'secret', after: 'b' };
  return {
    ...{ at: 0, request_id: 'r', client: '192.0.2.1', method: 'GET', uri: '/', action: 'block' },
    ...{ status: 403, module: 'm', revision: 'v1', rule: 'a', reason: 'rule', score: {} },
    matches: targets.map((target, ruleIndex) => ({
      ...{
        rule: 'a',
        ruleIndex,
        shadow: false,
        target,
        offset: 1,
        length: 6,
        transforms: [],
        excerpt,
      },
    })),
  };
}

const mask = createEventMask({ redact_headers: ['X-Key'], redact_parameters: ['token'] });

const MASKED = [
  ...['headers[authorization]', 'headers[cookie]', 'cookies[sid]', 'headers[x-key]'],
  ...['query[token]', 'query[csrf_token]', 'body.form[csrfToken]', 'body.json./user/token'],
];
const SHOWN = ['uri', 'headers[user-agent]', 'query[q]', 'query[tokens]', 'body.json./user/name'];

test('event mask - excerpts of secrets are masked, their place stays', () => {
  const { matches } = mask(event(...MASKED));
  expect(matches.map(({ target, excerpt }) => [target, excerpt?.matched])).toEqual(
    MASKED.map((target) => [target, '***']),
  );
  expect(matches[0]).toMatchObject({ offset: 1, length: 6 });
  expect(JSON.stringify(matches)).not.toContain('secret');
});

test('event mask - everything else is kept as it is', () => {
  const kept = event(...SHOWN);
  expect(mask(kept)).toBe(kept);
});
