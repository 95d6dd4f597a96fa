import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wafEventPayload } from '../../../src/fleet/documented-payloads.ts';
import { isCandidateDocument } from '../../../src/fleet/shapes/candidate-document.ts';
import { isBlockCommand, isControlCommand } from '../../../src/fleet/shapes/foreign-command.ts';
import { isForeignTelemetry } from '../../../src/fleet/shapes/foreign-telemetry.ts';
import { isFeedback, isObservedRequest } from '../../../src/fleet/shapes/observed-request.ts';
import { candidate, observed } from './learning-samples.ts';

const WRONG_EVENTS: readonly object[] = [
  { v: 2 },
  { id: '' },
  { id: 'a b' },
  { node_id: 'a.b' },
  { at: -1 },
  { uri: 7 },
  { headers: [['a']] },
  { headers: [['a', 1]] },
  { headers: 'a' },
  { body: 'not base64!' },
  { body_hash: 1 },
  { missing: null },
  { status: '200' },
  { action: 'maybe' },
  { rules: [1] },
  { score: { a: 'x' } },
  { why: 'because' },
  { sample_rate: 0 },
  { sample_rate: 2 },
];

test('shapes - an event with one wrong member is none, 19 times', () => {
  expect(WRONG_EVENTS).toHaveLength(19);
  expect(isObservedRequest(observed())).toBe(true);
  expect(isObservedRequest(observed({ body: 'aGVs', body_hash: 'ab', status: null }))).toBe(true);
  for (const wrong of WRONG_EVENTS) {
    expect(isObservedRequest({ ...observed(), ...wrong }), JSON.stringify(wrong)).toBe(false);
  }
});

const WRONG_CANDIDATES: readonly object[] = [
  { v: 0 },
  { id: 'a.b' },
  { state: 'new' },
  { rule: [] },
  { rule: null },
  { sentence: 'x'.repeat(2_049) },
  { evidence: { a: null } },
  { history: [{}] },
  { history: Array(101).fill(candidate('a').history[0]) },
  { updated_at: '1' },
  { notes: 1 },
];

test('shapes - a candidate with one wrong member is none, 11 times', () => {
  expect(WRONG_CANDIDATES).toHaveLength(11);
  expect(isCandidateDocument(candidate('a', { notes: { trial: 1 } }))).toBe(true);
  for (const wrong of WRONG_CANDIDATES) {
    const document = { ...candidate('a'), ...wrong };
    expect(isCandidateDocument(document), JSON.stringify(wrong).slice(0, 80)).toBe(false);
  }
});

test('shapes - no JSON makes a guard throw', () => {
  const guards = [
    ...[isObservedRequest, isFeedback, isCandidateDocument],
    ...[isBlockCommand, isControlCommand, isForeignTelemetry],
  ];
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const guard of guards) expect(guard(value)).toBe(false);
    }),
  );
});

test.each([
  ['allow', 200, null],
  ['unavailable', 503, null],
  ['log', 200, 'LOG'],
  ['block', 403, 'BLOCK'],
  ['ratelimit', 200, 'LOG'],
  ['ratelimit', 429, 'BLOCK'],
] as const)('documented forms - %s with status %d is %s', (action, status, expected) => {
  const payload = wafEventPayload(observed({ action, status }));
  expect(payload?.waf_result.action ?? null).toBe(expected);
});
