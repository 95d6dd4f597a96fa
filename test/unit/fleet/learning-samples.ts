import type { CandidateDocument } from '../../../src/fleet/shapes/candidate-document.ts';
import type { ObservedRequest } from '../../../src/fleet/shapes/observed-request.ts';

export function observed(changes: Partial<ObservedRequest> = {}): ObservedRequest {
  return {
    v: 1,
    id: 'r-1',
    node_id: 'node-1',
    at: Date.UTC(2026, 2, 1, 12),
    source_ip: '192.0.2.7',
    method: 'GET',
    uri: '/search?q=1',
    version: 'HTTP/1.1',
    headers: [],
    body: null,
    body_length: 0,
    missing: [],
    status: 200,
    duration_ms: 3,
    action: 'allow',
    rule: null,
    rules: [],
    shadow_rules: [],
    score: {},
    revision: 'v1',
    why: 'sample',
    sample_rate: 0.01,
    ...changes,
  };
}

export function candidate(id: string, changes: Partial<CandidateDocument> = {}): CandidateDocument {
  return {
    v: 1,
    id,
    state: 'shadow',
    rule: { id, when: { target: 'uri', op: 'contains', value: 'x' }, action: 'block' },
    sentence: 'Blocks requests that contain x.',
    evidence: { samples: 50, covered: 49, confidence: 0.97 },
    history: [{ at: 1, from: null, to: 'shadow', actor: 'generator', reason: 'made' }],
    updated_at: 1,
    ...changes,
  };
}
