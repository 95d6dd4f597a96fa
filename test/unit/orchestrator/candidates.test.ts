import { expect, test } from 'vitest';
import type { CandidateDocument } from '../../../src/fleet/shapes/candidate-document.ts';
import { createStand, memoryCandidates, NOW } from './app-stand.ts';

function candidate(id: string, changes: Partial<CandidateDocument> = {}): CandidateDocument {
  return {
    v: 1,
    id,
    state: 'shadow',
    rule: {
      id,
      action: 'block',
      mode: 'shadow',
      confidence: 0.9,
      provenance: { source: 'ml', samples: 50 },
      when: { target: ['query.*'], op: 'contains', value: `union ${id}` },
    },
    sentence: `Blocks ${id}, because 50 of 50 suspicious requests have it.`,
    evidence: { samples: 50, covered: 50, benign_pool: 30_000, confidence: 0.9 },
    history: [{ at: NOW - 1_000, from: null, to: 'shadow', actor: 'generator', reason: 'posted' }],
    updated_at: NOW - 1_000,
    notes: { ttlSeconds: 7_200, hits: 12, confirmed: 11, benignHits: 1, requests: 400.5 },
    ...changes,
  };
}

async function standWith(...documents: CandidateDocument[]) {
  const stand = await createStand({ candidates: memoryCandidates(documents) });
  for (const { rule, state } of documents) {
    if (state === 'rejected') continue;
    expect((await stand.call('POST', '/api/v1/rules', rule)).status).toBe(202);
  }
  return stand;
}

test('candidates - are listed with state, sentence and hits, and filtered by state', async () => {
  const { call } = await standWith(candidate('a'), candidate('b', { state: 'waiting' }));
  const all = await call('GET', '/api/v1/candidates');
  expect([all.status, all.body.total]).toEqual([200, 2]);
  expect(all.body.candidates[0]).toEqual({
    id: 'a',
    state: 'shadow',
    sentence: 'Blocks a, because 50 of 50 suspicious requests have it.',
    confidence: 0.9,
    hits: { total: 12, confirmed: 11, benign: 1, requests: 400 },
    reason: 'posted',
    updated_at: new Date(NOW - 1_000).toISOString(),
  });
  const waiting = await call('GET', '/api/v1/candidates?state=waiting');
  expect(waiting.body.candidates.map(({ id }: { id: string }) => id)).toEqual(['b']);
  expect((await call('GET', '/api/v1/candidates?state=odd')).status).toBe(400);
});

test('candidates - one is shown with rule, evidence and history; an unknown one is 404', async () => {
  const { call } = await standWith(candidate('a'));
  const { status, body } = await call('GET', '/api/v1/candidates/a');
  expect([status, body.evidence.samples, body.history.length]).toEqual([200, 50, 1]);
  expect(body.rule.when.value).toBe('union a');
  for (const [method, path] of [
    ['GET', ''],
    ['POST', '/approve'],
    ['POST', '/reject'],
  ] as const) {
    const answer = await call(method, `/api/v1/candidates/nobody${path}`);
    expect([answer.status, answer.body.code]).toEqual([404, 'WAF_ERR_API_CANDIDATE_UNKNOWN']);
  }
});

test('candidates - approval enforces the rule with a lifetime and records who did it', async () => {
  const { call } = await standWith(candidate('a'));
  const { status, body } = await call('POST', '/api/v1/candidates/a/approve', undefined, {
    key: 'key-rules',
  });
  expect([status, body.candidate.state]).toEqual([202, 'enforced']);
  expect(body.candidate.history.at(-1)).toEqual({
    at: new Date(NOW).toISOString(),
    from: 'shadow',
    to: 'enforced',
    actor: 'rules',
    reason: 'a person approved it',
  });
  const { body: rule } = await call('GET', '/api/v1/rules/a');
  expect([rule.mode, rule.state]).toEqual(['enforce', 'active']);
  expect(Date.parse(rule.expires_at)).toBe(NOW + 7_200_000);
});

test('candidates - approval overrules a low confidence, a hold and an earlier rejection', async () => {
  const doubtful = candidate('low');
  const low = { ...doubtful, rule: { ...doubtful.rule, confidence: 0.2 } };
  const { call } = await standWith(
    low,
    candidate('held'),
    candidate('gone', { state: 'rejected' }),
  );
  await call('POST', '/api/v1/kill-switch', { engaged: true, rule_id: 'held' });
  for (const id of ['low', 'held', 'gone']) {
    const { status, body } = await call('POST', `/api/v1/candidates/${id}/approve`, {
      ttl_seconds: 60,
    });
    expect([id, status, body.candidate?.state]).toEqual([id, 202, 'enforced']);
    const { body: rule } = await call('GET', `/api/v1/rules/${id}`);
    expect([rule.mode, rule.state, rule.pending_version]).toEqual(['enforce', 'active', undefined]);
    expect(Date.parse(rule.expires_at)).toBe(NOW + 60_000);
  }
});

test('candidates - rejection takes the rule away, with the reason, also when there is no rule any more', async () => {
  const { call } = await standWith(candidate('a'));
  for (const rejection of [1, 2]) {
    const { status, body } = await call('POST', '/api/v1/candidates/a/reject', {
      reason: ' ours ',
    });
    expect([rejection, status, body.candidate.state, body.candidate.reason]).toEqual([
      ...[rejection, 202, 'rejected', 'rejected: ours'],
    ]);
  }
  expect((await call('GET', '/api/v1/rules/a')).status).toBe(404);
});

test('candidates - reading needs the role read, a decision the role rules', async () => {
  const { call } = await standWith(candidate('a'));
  expect((await call('GET', '/api/v1/candidates', undefined, { key: 'key-deploy' })).status).toBe(
    403,
  );
  for (const word of ['approve', 'reject']) {
    const answer = await call('POST', `/api/v1/candidates/a/${word}`, {}, { key: 'key-read' });
    expect(answer.status).toBe(403);
  }
});
