import type { WeakObservation } from '../fleet/foreign-telemetry.ts';
import type { ObservedRequest } from '../fleet/shapes/observed-request.ts';
import type { Observation } from '../generator/suspicion/observation.ts';

/** A traffic event of a node as the generator looks at it. */
export function observationOf(event: ObservedRequest): Observation {
  const { id, at, node_id, status, why, sample_rate } = event;
  return {
    recorded: {
      id,
      request: {
        method: event.method,
        uri: event.uri,
        version: event.version,
        sourceIp: event.source_ip,
        headers: event.headers.flat(),
        body: event.body === null ? null : Uint8Array.from(Buffer.from(event.body, 'base64')),
        now: at,
      },
      at,
      source: node_id,
      ...(status === null ? {} : { status }),
      missing: event.missing,
    },
    why,
    action: event.action,
    rules: event.rules,
    shadowRules: event.shadow_rules,
    score: event.score,
    weight: why === 'sample' || why === 'error' ? 1 / Math.max(sample_rate, 1e-6) : 1,
  };
}

let foreign = 0;

/** A request that a program outside the fleet tells of; its status counts, its verdict is unknown. */
export function weakObservation(seen: WeakObservation): Observation {
  foreign += 1;
  return {
    recorded: {
      id: `foreign-${seen.heard_at}-${foreign}`,
      request: {
        method: seen.method,
        uri: seen.uri,
        version: 'HTTP/1.1',
        sourceIp: seen.source_ip,
        headers: seen.user_agent === null ? [] : ['user-agent', seen.user_agent],
        body: null,
        now: seen.heard_at,
      },
      at: seen.heard_at,
      source: seen.node_id,
      status: seen.status,
    },
    why: 'foreign',
    action: 'allow',
    rules: [],
    shadowRules: [],
    score: {},
    weight: 1,
  };
}
