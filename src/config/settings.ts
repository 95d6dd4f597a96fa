/**
 * Every setting, validated and complete. Keys are those of `config/secbeat.toml`; meaning, unit and
 * default of each stand in `schemas/settings.json` and `docs/configuration.md`.
 */
export interface Settings {
  readonly log: { readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent' };
  readonly auth: AuthSettings;
  readonly nats: NatsSettings;
  readonly redis: RedisSettings;
  readonly orchestrator: OrchestratorSettings;
  readonly node: NodeSettings;
  readonly waf: WafSettings;
  readonly events: EventSettings;
  readonly generator: GeneratorSettings;
  readonly ml: { readonly dynamic_rules: DynamicRuleSettings };
  readonly signing: SigningSettings;
  readonly archive: ArchiveSettings;
}

export type Role = 'read' | 'rules' | 'deploy';

export interface AuthSettings {
  /** `sha256` is the hex digest of the key; the key itself is never kept. */
  readonly keys: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly roles: readonly Role[];
  }[];
}

export interface TlsSettings {
  readonly ca_file: string;
  readonly cert_file: string;
  readonly key_file: string;
}

export interface NatsSettings {
  /** '' means: a managed local server (launcher only). */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly token: string;
  /** File that holds an nkey seed. */
  readonly nkey_seed_file: string;
  readonly tls: TlsSettings;
  /** JetStream replicas of buckets. */
  readonly replicas: number;
  /** Orchestrators create buckets; nodes only bind to them. */
  readonly bucket_prefix: string;
}

export interface RedisSettings {
  /** `redis://`, `rediss://` or `unix:///path/to.sock`; '' means a managed local server. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly tls: TlsSettings;
  /** BullMQ key prefix. */
  readonly prefix: string;
}

export interface OrchestratorSettings {
  readonly host: string;
  readonly port: number;
  readonly data_dir: string;
  /** The merged rule set that a person may edit. */
  readonly waf_config: string;
  /** Folder of static rule files. */
  readonly rules_dir: string;
  /** Milliseconds a file must be quiet before it is read. */
  readonly watch_debounce_ms: number;
  /** Requests per minute and client on mutating endpoints. */
  readonly rate_limit_per_minute: number;
}

export interface NodeSettings {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly admin_host: string;
  readonly admin_port: number;
  readonly host: string;
  readonly port: number;
  readonly upstream: string;
  /** 0: one per core. */
  readonly workers: number;
  readonly data_dir: string;
  /** Addresses or CIDRs whose X-Forwarded-For is believed. */
  readonly trusted_proxies: readonly string[];
  /** Header added to responses with the revision that judged them; '' for none. */
  readonly revision_header: string;
  readonly reconcile_interval_ms: number;
  readonly heartbeat_interval_ms: number;
  /** Base URL of the orchestrator that rule changes are passed on to; '' for none. */
  readonly orchestrator_url: string;
  /** API key of this node at the orchestrator; a secret. */
  readonly orchestrator_key: string;
  readonly proxy: {
    readonly max_header_bytes: number;
    /** Larger bodies get 413; 0: no limit. */
    readonly max_body_bytes: number;
    /** Bytes of the body that are buffered and inspected. */
    readonly inspect_body_bytes: number;
    readonly client_timeout_ms: number;
    readonly upstream_connect_timeout_ms: number;
    readonly upstream_timeout_ms: number;
    readonly keep_alive_timeout_ms: number;
    readonly upstream_connections: number;
    /** Bytes of a response's body that are held back and inspected, where rules look at bodies. */
    readonly inspect_response_bytes: number;
    /** Media types of the bodies that are. */
    readonly inspect_response_types: readonly string[];
  };
  /** `open`: forward uninspected; `closed`: refuse with 503. Each case is counted. */
  readonly on_failure: {
    readonly not_ready: 'open' | 'closed';
    readonly trap: 'open' | 'closed';
    readonly budget: 'open' | 'closed';
    readonly timeout: 'open' | 'closed';
  };
}

export interface WafSettings {
  readonly thresholds: Readonly<Record<string, number>>;
  readonly on_budget: 'block' | 'allow' | 'log';
  readonly max_steps: number;
  readonly wasm: {
    readonly module: string;
    readonly hot_reload_enabled: boolean;
    readonly keep_previous_versions: number;
    readonly validate_before_reload: boolean;
    /** Instructions a foreign module may execute for one request. */
    readonly fuel_limit: number;
    readonly reload: {
      readonly auto_reload_on_file_change: boolean;
      readonly max_reload_frequency_seconds: number;
    };
  };
}

/** Traffic events: which requests nodes tell about, how much of them, and how long it is kept. */
export interface EventSettings {
  readonly enabled: boolean;
  /** Shares, 0..1. */
  readonly sample_rate: number;
  readonly error_sample_rate: number;
  readonly honeypot_paths: readonly string[];
  readonly max_events_per_second: number;
  readonly max_event_bytes: number;
  readonly max_queued_events: number;
  readonly redact_headers: readonly string[];
  readonly redact_parameters: readonly string[];
  readonly body: 'none' | 'length' | 'hash' | 'head';
  readonly body_bytes: number;
  /** A secret; '': a random key for each start of a node. */
  readonly hash_key: string;
  readonly secbeat_subjects: boolean;
  readonly retention_seconds: number;
  readonly retention_bytes: number;
  readonly accept_telemetry: boolean;
  readonly accept_commands: boolean;
  readonly commands_per_minute: number;
}

export interface GeneratorSettings {
  readonly host: string;
  readonly port: number;
  readonly orchestrator_url: string;
  /** A secret. */
  readonly orchestrator_key: string;
  readonly seed: number;
  readonly replay_seconds: number;
  readonly window_seconds: number;
  readonly check_seconds: number;
  readonly warm_up_requests: number;
  readonly suspicion_threshold: number;
  readonly min_samples: number;
  readonly min_sources: number;
  readonly benign_pool_size: number;
  readonly min_benign_requests: number;
  readonly shadow_seconds: number;
  readonly shadow_requests: number;
  readonly promote: boolean;
  readonly ttl_seconds: number;
  readonly max_ttl_seconds: number;
  readonly max_rules: number;
}

export interface DynamicRuleSettings {
  readonly enabled: boolean;
  readonly min_confidence: number;
  readonly max_active_rules: number;
  readonly default_ttl_seconds: number;
  readonly auto_deploy: boolean;
}

export interface SigningSettings {
  /** PEM (PKCS#8) Ed25519 key of the orchestrator; created on first start when absent. */
  readonly private_key_file: string;
  /** PEM (SPKI) files of the keys whose artifacts a node runs unmetered. */
  readonly trusted_key_files: readonly string[];
  /** Refuse universal-waf artifacts without a trusted signature. */
  readonly required: boolean;
}

export interface ArchiveSettings {
  readonly kind: 'filesystem' | 's3';
  readonly dir: string;
  readonly s3: {
    readonly endpoint: string;
    readonly bucket: string;
    readonly region: string;
    readonly prefix: string;
    readonly access_key_id: string;
    readonly secret_access_key: string;
  };
}
