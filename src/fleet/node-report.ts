/**
 * What a node says about itself: KV bucket `secbeat_nodes`, key = node id. Written on start, on every
 * change and with every heartbeat; the orchestrator calls a node dead 30 s after the last one.
 */
export interface NodeReport {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly version: string;
  /** Base URLs as the node knows them, e.g. `http://127.0.0.1:9090`. */
  readonly admin_url: string;
  readonly data_url: string;
  readonly workers: number;
  /** Milliseconds since the epoch, node's clock. */
  readonly started_at: number;
  readonly reported_at: number;
  readonly state: 'starting' | 'ready' | 'degraded' | 'draining';
  /** Module name → what runs. */
  readonly modules: Readonly<Record<string, ObservedModule>>;
  readonly counters: {
    readonly requests: number;
    readonly blocked: number;
    readonly rate_limited: number;
    readonly logged: number;
  };
}

export interface ObservedModule {
  readonly revision: string;
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly activated_at: number;
  /** How it came here: desired state, a manual upload, a manual rollback, or the node's own disk. */
  readonly origin: 'fleet' | 'upload' | 'rollback' | 'last-known-good';
}

/**
 * ACK: the node runs this revision. NACK: it still runs `running` and `error` says why.
 * KV bucket `secbeat_acks`, key `<revision>.<node id>`.
 */
export interface Acknowledgement {
  readonly status: 'ACK' | 'NACK';
  readonly node: string;
  readonly module: string;
  /** The revision and digest this answers. */
  readonly revision: string;
  readonly digest: string;
  /** What the node runs after the attempt. */
  readonly running: { readonly revision: string; readonly digest: string } | null;
  readonly error?: { readonly code: string; readonly message: string };
  /** Milliseconds since the epoch, node's clock. */
  readonly at: number;
  /** Node's clock minus `published_at`; clamped at 0. */
  readonly publish_to_active_ms: number;
  /** Phases of the reload in milliseconds. */
  readonly phases: Readonly<
    Partial<Record<'fetch' | 'verify' | 'stage' | 'probe' | 'swap', number>>
  >;
  readonly requests_during_reload: number;
  readonly downtime_ms: number;
}
