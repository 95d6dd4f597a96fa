import type { DesiredState } from './desired-state.ts';
import type { Document, Versioned } from './document.ts';
import type { Acknowledgement, NodeReport } from './node-report.ts';
import type { ObservedRequest } from './shapes/observed-request.ts';

/** The control plane's end of the fleet: creates buckets and writes desired state. */
export interface FleetControl {
  readonly desired: Document<DesiredState>;
  /** Shared gzip'd JSON document under `bucket/key`, e.g. the rule document. */
  document<T>(bucket: string, key: string): Promise<Document<T>>;
  /** Write-once JSON records under a prefix-free key (release records by revision). */
  records<T>(bucket: string): Promise<Records<T>>;
  readonly artifacts: ArtifactStore;
  /** Deletes the artifacts older than an hour whose digest is not in `keep`; returns how many. */
  pruneArtifacts(keep: ReadonlySet<string>): Promise<number>;
  /** Publishes `secbeat.wasm.reload`; a hint, never the truth. */
  announce(hint: ReloadHint): Promise<void>;
  /** Latest reports of all nodes ever seen, and acknowledgements of a revision. */
  nodes(): Promise<readonly NodeReport[]>;
  forgetNode(id: string): Promise<void>;
  acknowledgements(revision: string): Promise<readonly Acknowledgement[]>;
  onReport(listener: (report: NodeReport) => void): () => void;
  onAcknowledgement(listener: (ack: Acknowledgement) => void): () => void;
  /** Tells one node to reconcile now, dropping manual uploads; resolves with its answer. */
  requestReconcile(
    nodeId: string,
    timeoutMs: number,
  ): Promise<{ readonly ok: boolean; readonly error?: string }>;
  status(): FleetStatus;
  close(): Promise<void>;
}

/** A node's end: reads desired state and artifacts, writes its own report and acknowledgements. */
export interface FleetNode {
  desired(): Promise<Versioned<DesiredState> | undefined>;
  /** Called on every change, hint, (re)connect; the argument says which. The node then reads `desired()`. */
  onWake(listener: (why: 'desired' | 'hint' | 'reconnect') => void): () => void;
  /** Bytes that came with a hint, if their digest is `digest`; saves the fetch. Else the Object Store. */
  fetchArtifact(digest: string, maxBytes: number): Promise<Uint8Array>;
  report(report: NodeReport): Promise<void>;
  /** Never rejects: what cannot be stored now is stored when NATS is back, the latest of each module. */
  acknowledge(ack: Acknowledgement): Promise<void>;
  /**
   * Publishes traffic events of this node. Resolves when the server has taken them; rejects with FleetError
   * when it is away, and they are lost.
   */
  publishTraffic(events: readonly ObservedRequest[]): Promise<void>;
  onReconcileRequest(
    handler: () => Promise<{ readonly ok: boolean; readonly error?: string }>,
  ): () => void;
  status(): FleetStatus;
  close(): Promise<void>;
}

export interface FleetStatus {
  readonly connected: boolean;
  readonly server: string | null;
  readonly reconnects: number;
  /** Messages that were not what their subject promises, by subject. */
  readonly malformed: Readonly<Record<string, number>>;
  /** Denied publishes or subscriptions. */
  readonly denied: number;
}

export interface Records<T> {
  /** False when the key exists already. */
  create(key: string, value: T): Promise<boolean>;
  /** Puts `value` in the place of what is there. False when nothing is, or somebody else was faster. */
  correct(key: string, value: T): Promise<boolean>;
  get(key: string): Promise<T | undefined>;
  /** Newest first. */
  latest(limit: number): Promise<readonly T[]>;
}

export interface ArtifactStore {
  /** Idempotent; the digest is `sha256:<hex>` of the bytes. */
  put(digest: string, bytes: Uint8Array): Promise<void>;
  get(digest: string, maxBytes: number): Promise<Uint8Array | undefined>;
}

/** Payload of `secbeat.wasm.reload`: the documented WasmDeployment fields plus ours. */
export interface ReloadHint {
  readonly deployment_id: string;
  readonly module_name: string;
  /** Base64 of the artifact when it is small enough for a message, else ''. */
  readonly bytecode_base64: string;
  /** JSON text: `{revision, semver, digest, size}`. */
  readonly config_json: string;
  readonly description: string;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly revision: string;
  readonly digest: string;
}
