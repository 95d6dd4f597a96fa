import type { InspectionRequest } from '../../../src/engine/verdict.ts';

/** A request with the parts a test cares about. */
export function requestOf(changes: Partial<InspectionRequest> = {}): InspectionRequest {
  return {
    method: 'GET',
    uri: '/',
    version: 'HTTP/1.1',
    sourceIp: '192.0.2.7',
    headers: ['Host', 'example.test'],
    body: null,
    now: 0,
    ...changes,
  };
}
