/** Action codes of the Wasm ABI: what `inspect_request` returns. Anything else is a host error. */
export const ACTION_ALLOW = 0;
export const ACTION_BLOCK = 1;
export const ACTION_LOG = 2;
export const ACTION_RATE_LIMIT = 3;
export type ActionCode = 0 | 1 | 2 | 3;

export const ACTION_NAMES = ['allow', 'block', 'log', 'ratelimit'] as const;

/** What the rules of a module, or of a set, look at in responses. Status and headers count as `headers`. */
export type ResponseInspection = 'none' | 'headers' | 'body';

/** What the upstream answered, as far as it is known when it is judged. */
export interface InspectionResponse {
  /** 100 to 999. */
  readonly status: number;
  /** Name, value, name, value … as in requests. */
  readonly headers: readonly string[];
  /** The first bytes of the body as rules should see it (decompressed), or null when there is none. */
  readonly body: Uint8Array | null;
}

/** The request as the data plane sees it, before it is encoded for a module. */
export interface InspectionRequest {
  readonly method: string;
  /** Request target as received, e.g. `/a?b=c`. One byte per character (latin1). */
  readonly uri: string;
  /** `HTTP/1.1` */
  readonly version: string;
  /** Client address in text form, IPv4 or IPv6. */
  readonly sourceIp: string;
  /** Name, value, name, value … as Node's `rawHeaders`. */
  readonly headers: readonly string[];
  /**
   * What the host knows about the client, as name, value, name, value …; names are spelt as rules
   * spell the target: `tls.version`, `ctx.country`.
   */
  readonly facts?: readonly string[];
  /** The first bytes of the body, or null when there is none. */
  readonly body: Uint8Array | null;
  /** Milliseconds since the epoch; rules that expired before it do not apply. 0: do not check. */
  readonly now: number;
  /**
   * Present: the response is judged, by the rules of the response phase and no others. The body of the
   * request is not looked at then.
   */
  readonly response?: InspectionResponse;
}

/** The bytes that a rule matched, as text, with a little of the value on both sides. */
export interface Excerpt {
  readonly before: string;
  /** The first 64 bytes of the match. */
  readonly matched: string;
  readonly after: string;
}

/**
 * One rule that matched, and where: `offset` and `length` are bytes within the value of the target after
 * the transforms.
 */
export interface Match {
  readonly rule: string;
  readonly ruleIndex: number;
  readonly shadow: boolean;
  /** e.g. `query[id]`, `headers[user-agent]`. */
  readonly target: string;
  readonly offset: number;
  readonly length: number;
  /** What was done to the value before the rule looked at it, e.g. `url_decode`, `lowercase`. */
  readonly transforms: readonly string[];
  /** Null when the rule looked at no value (a score, the absence of something). */
  readonly excerpt: Excerpt | null;
}

/** Why the last verdict is what it is. */
export interface Explanation {
  readonly action: ActionCode;
  /** The rule that decided, null when a threshold, the budget or nothing did. */
  readonly rule: string | null;
  readonly reason: 'no-match' | 'rule' | 'threshold' | 'budget';
  /** At most LIMITS.program.max_matches_explained. */
  readonly matches: readonly Match[];
  readonly score: Readonly<Record<string, number>>;
  readonly steps: number;
}
