import type { ObservedRequest } from './shapes/observed-request.ts';

/** Payload of `secbeat.telemetry.{node_id}`, as SecBeat documents it. */
export interface TelemetryPayload {
  readonly node_id: string;
  readonly source_ip: string;
  readonly request_uri: string;
  readonly status_code: number;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly method: string;
  readonly user_agent: string;
}

/** Payload of `secbeat.events.waf`, as SecBeat documents it. */
export interface WafEventPayload {
  readonly node_id: string;
  readonly timestamp: string;
  readonly source_ip: string;
  readonly http_method: string;
  readonly uri: string;
  readonly host_header: string;
  readonly user_agent: string;
  readonly waf_result: {
    readonly action: 'LOG' | 'BLOCK';
    readonly matched_rules: readonly string[];
    /** Rules are certain of what they say, so this is always 1. */
    readonly confidence: number;
  };
  readonly request_size: number;
  readonly response_status: number;
  readonly processing_time_ms: number;
}

const TOO_MANY_REQUESTS = 429;

/** A status that nobody got is 0. */
export function telemetryPayload(event: ObservedRequest): TelemetryPayload {
  return {
    node_id: event.node_id,
    source_ip: event.source_ip,
    request_uri: event.uri,
    status_code: event.status ?? 0,
    timestamp: new Date(event.at).toISOString(),
    method: event.method,
    user_agent: headerOf(event, 'user-agent'),
  };
}

/** null for a request that was neither blocked nor logged. */
export function wafEventPayload(event: ObservedRequest): WafEventPayload | null {
  const action = documentedAction(event);
  if (action === null) return null;
  return {
    node_id: event.node_id,
    timestamp: new Date(event.at).toISOString(),
    source_ip: event.source_ip,
    http_method: event.method,
    uri: event.uri,
    host_header: headerOf(event, 'host'),
    user_agent: headerOf(event, 'user-agent'),
    waf_result: { action, matched_rules: event.rules, confidence: 1 },
    request_size: sizeOf(event),
    response_status: event.status ?? 0,
    processing_time_ms: event.duration_ms,
  };
}

/** A rate limit that refused is a block, one that let pass a log. */
function documentedAction({ action, status }: ObservedRequest): 'LOG' | 'BLOCK' | null {
  if (action === 'ratelimit') return status === TOO_MANY_REQUESTS ? 'BLOCK' : 'LOG';
  if (action === 'block') return 'BLOCK';
  return action === 'log' ? 'LOG' : null;
}

function headerOf({ headers }: ObservedRequest, name: string): string {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1] ?? '';
}

/** Bytes of the request as published: request line, headers and the whole body. */
function sizeOf({ method, uri, version, headers, body_length }: ObservedRequest): number {
  const head = headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 2);
  return method.length + uri.length + version.length + 4 + head + body_length;
}
