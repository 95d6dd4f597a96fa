/**
 * What a rule is, after validation and normalisation: the long form, every default filled in.
 * The JSON a user writes (short or long form) is described by `schemas/rule.json`.
 */

import type { Tuning } from './tuning/tuning.ts';

export type RuleMode = 'enforce' | 'shadow' | 'off';
export type Severity = 'critical' | 'error' | 'warning' | 'notice';

/** What happens when the rule decides the verdict. Exactly one key. */
export type Action =
  | { readonly block: { readonly status: number } }
  | {
      readonly allow: {
        readonly skip:
          | 'all'
          | { readonly tags?: readonly string[]; readonly ids?: readonly string[] };
      };
    }
  | { readonly log: Readonly<Record<string, never>> }
  | { readonly ratelimit: RateLimit }
  | { readonly score: Readonly<Record<string, never>> };

/** `limit` requests per `window_s` seconds and `key`; above that, `over` happens. */
export interface RateLimit {
  /** A target that names one value of a request: `client.ip`, `headers[x-api-key]`, `cookies[sid]`. */
  readonly key: string;
  readonly limit: number;
  readonly window_s: number;
  readonly over: 'block' | 'log';
}

export type Operator =
  | 'equals'
  | 'in'
  | 'contains'
  | 'starts_with'
  | 'ends_with'
  | 'glob'
  | 'regex'
  | 'phrases'
  | 'within'
  | 'ip_in'
  | 'length'
  | 'exists'
  | 'lt'
  | 'lte'
  | 'gt'
  | 'gte'
  | 'between'
  | 'byte_range'
  | 'valid_utf8'
  | 'valid_url_encoding'
  | 'is_sqli'
  | 'is_xss';

/** A bound on a number; several keys are ANDed. */
export interface NumberBound {
  readonly eq?: number;
  readonly lt?: number;
  readonly lte?: number;
  readonly gt?: number;
  readonly gte?: number;
}

export type Quantifier = 'any' | 'all' | 'none' | { readonly count: string };

/** A test of the values of one or more targets. True when the quantifier holds (default: any value). */
export interface Leaf {
  /** One or more target names, e.g. `['query.*', 'headers[user-agent]']`; see `src/rules/targets.ts`. */
  readonly target: readonly string[];
  /** Targets taken out again, e.g. `query[comment]`. */
  readonly except?: readonly string[];
  /** Applied in order to each value before the operator. */
  readonly transforms?: readonly string[];
  readonly op: Operator;
  /** string | string[] | number | [min, max] | NumberBound | absent, by operator. */
  readonly value?: unknown;
  readonly ignore_case?: boolean;
  readonly quantifier?: Quantifier;
  /** A value satisfies the leaf when it does not satisfy the operator. */
  readonly negate?: boolean;
  readonly each_transform?: boolean;
  /** Look only at the first value of the targets, as the short form does for `Header:<name>`. */
  readonly first?: boolean;
  /** `matched`: look only at the values that satisfied the previous sibling of an `all`. */
  readonly on?: 'matched';
  /** Name under which captures are kept for later siblings. */
  readonly as?: string;
}

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | Leaf;

/** A request, or for a rule with a single target just that target's value. */
export type Example = string | ExampleRequest;

export interface ExampleRequest {
  readonly method?: string;
  readonly uri?: string;
  readonly version?: string;
  readonly source_ip?: string;
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  readonly body?: string;
  /** What was answered: the example is for rules that look at responses. */
  readonly response?: ExampleResponse;
}

export interface ExampleResponse {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  readonly body?: string;
}

export interface Provenance {
  readonly source: 'manual' | 'crs' | 'ml' | 'import' | 'file' | 'waf-config';
  readonly ref?: string;
  readonly model?: string;
  readonly samples?: number;
  readonly benign_pool?: number;
  readonly benign_hits?: number;
  readonly parent?: string;
}

export interface Rule {
  readonly v: 1;
  readonly id: string;
  readonly rev?: number;
  readonly title?: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly severity: Severity;
  readonly paranoia?: number;
  readonly mode: RuleMode;
  /** -1000..1000; the matching rule with the highest priority decides. Equal: the strictest action. */
  readonly priority: number;
  /** RFC 3339, UTC. */
  readonly created_at?: string;
  readonly ttl_seconds?: number;
  /** RFC 3339, UTC; the first instant at which the rule no longer applies. */
  readonly expires_at?: string;
  /** 0..1, stated by whoever generated the rule. */
  readonly confidence?: number;
  readonly provenance?: Provenance;
  readonly action: Action;
  /** Added to the named score categories when the rule matches. */
  readonly score?: Readonly<Record<string, number>>;
  readonly when: Condition;
  readonly examples?: { readonly match: readonly Example[]; readonly no_match: readonly Example[] };
}

export type BudgetPolicy = 'block' | 'allow' | 'log';

/**
 * The merged rule set: input of the compiler, content of `waf-config.json`.
 * `rules` are in canonical order (by id, UTF-8 bytes); expired, held and pending rules are not in it.
 */
export interface WafConfig {
  readonly version: 1;
  /** Score category → value at which a request is blocked; e.g. `{ inbound: 5 }`. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** What a request gets whose inspection ran out of steps. */
  readonly on_budget: BudgetPolicy;
  /** Steps one inspection may use; at most LIMITS.program.max_steps. */
  readonly max_steps: number;
  readonly rules: readonly Rule[];
  /** In the order in which they were written; absent: none. */
  readonly tuning?: readonly Tuning[];
}
