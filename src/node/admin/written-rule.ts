import { randomUUID } from 'node:crypto';

/** A rule that this node writes for the orchestrator, out of what its caller sent. */
export interface WrittenRule {
  readonly id: string;
  readonly rule: object;
  /** Pointer into the rule → pointer into what the caller sent. */
  readonly source: (pointer: string) => string;
}

export interface UriPattern {
  readonly pattern: string;
  readonly action: string;
  readonly severity?: string;
}

export interface BlacklistEntry {
  readonly ip: string;
  readonly reason?: string;
  readonly ttl_seconds?: number;
}

/** Short form on the field URI: keys have the same names on both sides. */
export function uriPatternRule(nodeId: string, { pattern, action, severity }: UriPattern) {
  const id = newId(nodeId);
  const rule = {
    ...{ id, field: 'URI', pattern, action },
    ...(severity === undefined ? {} : { severity }),
    provenance: provenanceOf(nodeId),
  };
  return { id, rule, source: (pointer: string) => pointer } satisfies WrittenRule;
}

/** Long form: an address or a network is blocked, whatever it asks for. */
export function blacklistRule(nodeId: string, { ip, reason, ttl_seconds }: BlacklistEntry) {
  const id = newId(nodeId);
  const rule = {
    ...{ id, title: `Blacklist ${ip}`, tags: ['blacklist'], action: 'block' },
    ...(reason === undefined ? {} : { description: reason }),
    ...(ttl_seconds === undefined ? {} : { ttl_seconds }),
    when: { target: 'client.ip', op: 'ip_in', value: [ip] },
    provenance: provenanceOf(nodeId),
  };
  const source = (pointer: string) => {
    if (/^\/(when|title)(\/|$)/.test(pointer)) return '/ip';
    return pointer === '/description' ? '/reason' : pointer;
  };
  return { id, rule, source } satisfies WrittenRule;
}

/** Unique among all nodes, restarts and clocks; at most 106 characters. */
function newId(nodeId: string): string {
  return `node-${nodeId}-${randomUUID()}`;
}

function provenanceOf(nodeId: string): object {
  return { source: 'manual', ref: `node ${nodeId}` };
}
