import { isNodeId } from './names.ts';
import {
  isAmount,
  isListOf,
  isMapOf,
  isNullOr,
  isObject,
  isOneOf,
  isOptional,
  isText,
  type Shape,
} from './shape.ts';

/** The largest message that is read as an event; nodes are limited to less by `events.max_event_bytes`. */
export const MAX_EVENT_BYTES = 128 * 1024;
export const MAX_FEEDBACK_BYTES = 4_096;
export const MAX_NOTE_LENGTH = 1_000;

/**
 * One request as a node saw it, published for the generator and for people: the traffic event.
 * What redaction left out is named in `missing` by target; text is one byte per character (latin1).
 */
export interface ObservedRequest {
  readonly v: 1;
  /** The request id that the client got as `X-Request-Id`. */
  readonly id: string;
  readonly node_id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly source_ip: string;
  readonly method: string;
  readonly uri: string;
  readonly version: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Base64 of the recorded beginning of the body; null: there was none, or it was left out. */
  readonly body: string | null;
  /** HMAC-SHA-256 of the beginning, hexadecimal; only with `events.body = "hash"`. */
  readonly body_hash?: string;
  readonly body_length: number;
  readonly missing: readonly string[];
  /** Status that the client got; null when the connection broke before. */
  readonly status: number | null;
  readonly duration_ms: number;
  /** What the modules said; the rules are ids. */
  readonly action: 'allow' | 'block' | 'log' | 'ratelimit' | 'unavailable';
  readonly rule: string | null;
  readonly rules: readonly string[];
  readonly shadow_rules: readonly string[];
  readonly score: Readonly<Record<string, number>>;
  readonly revision: string | null;
  /** Why it was published; `sample` ones stand for 1 / `sample_rate` requests each. */
  readonly why: 'sample' | 'match' | 'shadow' | 'error' | 'honeypot';
  readonly sample_rate: number;
}

/** What an operator says about one request. */
export interface Feedback {
  readonly v: 1;
  readonly request_id: string;
  readonly label: 'attack' | 'false_positive';
  readonly note?: string;
  readonly actor: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const isRuleId = isText(256);
const isRules = isListOf(isRuleId, 1_024);
const isBase64 = ((value: unknown) =>
  typeof value === 'string' &&
  value.length <= MAX_EVENT_BYTES &&
  /^[A-Za-z0-9+/]*={0,2}$/.test(value)) as Shape<string>;
const isLongText = isText(MAX_EVENT_BYTES);
const isHeader = ((value: unknown) =>
  Array.isArray(value) && value.length === 2 && value.every(isLongText)) as Shape<[string, string]>;
const isScore = ((value: unknown) => Number.isFinite(value)) as Shape<number>;

/** As `X-Request-Id` may be: what a trusted proxy sent, or what the node made. */
export const isRequestId = ((value: unknown) =>
  typeof value === 'string' && /^[A-Za-z0-9._:/+=-]{1,128}$/.test(value)) as Shape<string>;

export const isObservedRequest = isObject<ObservedRequest>({
  v: isOneOf(1),
  id: isRequestId,
  node_id: isNodeId,
  at: isAmount,
  source_ip: isText(64),
  method: isText(64),
  uri: isLongText,
  version: isText(16),
  headers: isListOf(isHeader, 4_096),
  body: isNullOr(isBase64),
  body_hash: isOptional(isText(64)),
  body_length: isAmount,
  missing: isListOf(isText(512), 4_096),
  status: isNullOr(isAmount),
  duration_ms: isAmount,
  action: isOneOf('allow', 'block', 'log', 'ratelimit', 'unavailable'),
  rule: isNullOr(isRuleId),
  rules: isRules,
  shadow_rules: isRules,
  score: isMapOf(isScore),
  revision: isNullOr(isText(64)),
  why: isOneOf('sample', 'match', 'shadow', 'error', 'honeypot'),
  sample_rate: (value) => typeof value === 'number' && value > 0 && value <= 1,
});

export const isFeedback = isObject<Feedback>({
  v: isOneOf(1),
  request_id: isRequestId,
  label: isOneOf('attack', 'false_positive'),
  note: isOptional(isText(MAX_NOTE_LENGTH)),
  actor: isText(128),
  at: isAmount,
});
