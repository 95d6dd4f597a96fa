import type { Logger } from '../../telemetry/logger.ts';
import { AdminError } from './admin-error.ts';
import type { OrchestratorClient } from './orchestrator-client.ts';
import {
  OrchestratorRefusal,
  type RefusalDiagnostic,
  translateDiagnostics,
} from './orchestrator-refusal.ts';
import type { WrittenRule } from './written-rule.ts';

/**
 * Changes of rules on behalf of the fleet: the orchestrator validates, compiles, signs and releases;
 * this node only asks for it and waits. Once the orchestrator has accepted a change, nothing that
 * happens afterwards is reported as if it had not.
 */
export interface RuleChanges {
  add(written: WrittenRule): Promise<AddedRule>;
  remove(id: string): Promise<RemovedRule>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

export interface AddedRule {
  /**
   * `active`: every node enforces it. `shadow`: they only count it, the kill switch is engaged.
   * `accepted`: stored, but not released in the time that was waited. Else the rule's state at the
   * orchestrator, e.g. `pending` until somebody approves it.
   */
  readonly status: 'active' | 'shadow' | 'accepted' | 'pending' | 'held' | 'off' | 'expired';
  /** The revision that carries it. */
  readonly release: string | null;
  readonly expires_at: string | null;
  readonly warnings: readonly RefusalDiagnostic[];
}

export interface RemovedRule {
  /** `removed`: no node enforces it any more. */
  readonly status: 'removed' | 'accepted';
  readonly release: string | null;
}

interface Accepted {
  readonly release: { readonly revision: string } | null;
  readonly warnings?: readonly RefusalDiagnostic[];
}

interface Release {
  readonly revision: string;
  readonly state: string;
  readonly killed?: boolean;
  readonly acks?: readonly {
    readonly node: string;
    readonly status: string;
    readonly error?: { readonly message: string };
  }[];
}

interface ListedRule {
  readonly state: Exclude<AddedRule['status'], 'shadow' | 'accepted'>;
  readonly expires_at: string | null;
}

export function createRuleChanges(deps: {
  readonly api: OrchestratorClient;
  /** Milliseconds to wait for the nodes, the window of the limiter included. */
  readonly waitMs: number;
  readonly log: Logger;
}): RuleChanges {
  const { api, waitMs, log } = deps;

  /** What became of the accepted change; undefined when that cannot be learned now. */
  async function outcome({ release }: Accepted): Promise<Release | undefined> {
    if (release === null || !/^v\d{1,15}$/.test(release.revision)) return undefined;
    const path = `/api/v1/releases/${release.revision}?wait=${waitMs}`;
    const settled = await learn(api.send<Release>('GET', path, { waitMs }));
    if (settled?.state === 'failed') throw failed(settled);
    return settled;
  }

  async function learn<T>(asking: Promise<T>): Promise<T | undefined> {
    try {
      return await asking;
    } catch (error) {
      log.warn({ err: error }, 'a change was accepted, but not what became of it is known');
      return undefined;
    }
  }

  return {
    async add({ id, rule, source }) {
      const accepted = await api
        .send<Accepted>('POST', '/api/v1/rules', { body: rule })
        .catch((error: unknown) => {
          throw error instanceof OrchestratorRefusal ? error.translated(source) : error;
        });
      const release = await outcome(accepted);
      const listed = await learn(api.send<ListedRule>('GET', `/api/v1/rules/${id}`));
      return {
        status: statusOf(release, listed),
        release: release?.revision ?? accepted.release?.revision ?? null,
        expires_at: listed?.expires_at ?? null,
        warnings: translateDiagnostics(accepted.warnings ?? [], source),
      };
    },
    async remove(id) {
      const path = `/api/v1/rules/${encodeURIComponent(id)}`;
      const accepted = await api.send<Accepted>('DELETE', path);
      const release = await outcome(accepted);
      // Without a release nothing enforced it: it was pending, held or off.
      const gone = accepted.release === null || isInForce(release);
      return {
        status: gone ? 'removed' : 'accepted',
        release: release?.revision ?? accepted.release?.revision ?? null,
      };
    },
    close: () => api.close(),
  };
}

function statusOf(
  release: Release | undefined,
  listed: ListedRule | undefined,
): AddedRule['status'] {
  if (listed === undefined) return 'accepted';
  if (listed.state !== 'active') return listed.state;
  if (!isInForce(release)) return 'accepted';
  return release?.killed === true ? 'shadow' : 'active';
}

function isInForce(release: Release | undefined): boolean {
  return release?.state === 'converged' || release?.state === 'unchanged';
}

function failed({ revision, acks = [] }: Release): AdminError {
  const why = acks
    .filter(({ status }) => status === 'NACK')
    .map(({ node, error }) => `${node}: ${error?.message ?? 'refused'}`);
  return new AdminError(
    502,
    'WAF_ERR_NODE_RELEASE_FAILED',
    [`release ${revision} failed`, ...why].join('; '),
    `The change is stored. GET /api/v1/releases/${revision} of the orchestrator says how it goes on.`,
  );
}
