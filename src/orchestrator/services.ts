import type { Settings } from '../config/settings.ts';
import type { Candidates } from '../fleet/candidates.ts';
import type { Feedbacks } from '../fleet/feedbacks.ts';
import type { Releases } from '../pipeline/releases.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { RuleDocument } from '../rules/rule-document.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { RenderedMetrics } from '../telemetry/metrics-registry.ts';

/** Everything that the routes call; `main.ts` joins the real ones. */
export interface OrchestratorServices {
  readonly settings: Pick<Settings, 'auth' | 'orchestrator' | 'waf'>;
  readonly book: RuleBook;
  readonly releases: Releases;
  readonly feedback: Pick<Feedbacks, 'add' | 'list'>;
  readonly candidates: Pick<Candidates, 'get' | 'put' | 'list'>;
  /** The shared rule document as it is now: kill switch and promised revisions. */
  readonly ruleDocument: () => Promise<RuleDocument | undefined>;
  readonly connections: () => Connections;
  readonly metrics: () => Promise<RenderedMetrics>;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What the control plane depends on, as seen by this process. */
export interface Connections {
  readonly nats: { readonly connected: boolean; readonly [detail: string]: unknown };
  readonly redis: { readonly connected: boolean; readonly [detail: string]: unknown };
}
