import { LIMITS } from '../../config/limits.ts';
import { type Assignment, assignmentFor, type DesiredState } from '../../fleet/desired-state.ts';
import type { FleetNode } from '../../fleet/fleet.ts';
import type { Acknowledgement } from '../../fleet/node-report.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Activation } from '../data-plane/data-plane.ts';
import type { ModuleControl } from '../module-control.ts';
import { assignmentKey, driftOf, planReload, type Step } from './plan-reload.ts';

export interface SubscriberDeps {
  readonly fleet: Pick<
    FleetNode,
    'desired' | 'fetchArtifact' | 'acknowledge' | 'onWake' | 'onReconcileRequest'
  >;
  readonly modules: Pick<ModuleControl, 'running' | 'apply' | 'remove' | 'acknowledged'>;
  readonly node: { readonly id: string; readonly labels: Readonly<Record<string, string>> };
  readonly reconcileIntervalMs: number;
  /** Called with the names of modules that do not run as desired. */
  readonly onDrift: (names: readonly string[]) => void;
  readonly now: () => number;
  readonly log: Logger;
}

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 15_000;

/**
 * Makes the node run what desired state says: on every wake it reads the latest state, takes the first
 * step towards it, and looks again. So steps never overlap, and revisions that were overtaken while the
 * node was busy or away are skipped.
 *
 * A fetch that fails is tried again with growing pauses. A module that is refused is reported once, as
 * a NACK, and left alone until desired state changes or somebody asks explicitly.
 */
export class Subscriber {
  readonly #deps: SubscriberDeps;
  readonly #refused = new Map<string, string>();
  /** The last assignment of each module that an ACK was sent for; see `assignmentKey`. */
  readonly #acknowledged = new Map<string, string>();
  #desired: DesiredState | null = null;
  #working: Promise<void> | null = null;
  #dirty = false;
  #explicit = false;
  #failedInARow = 0;
  #retry: NodeJS.Timeout | null = null;
  #reconcile: NodeJS.Timeout | null = null;
  #stopped = false;
  #lastFailure: Error | null = null;

  constructor(deps: SubscriberDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { fleet, reconcileIntervalMs } = this.#deps;
    fleet.onWake(() => void this.wake());
    fleet.onReconcileRequest(() => this.reconcileExplicitly());
    this.#reconcile = setInterval(() => void this.wake(), reconcileIntervalMs);
    void this.wake();
  }

  /** Whether desired state was ever read since the start. */
  get informed(): boolean {
    return this.#desired !== null;
  }

  /** The desired revision of a module for this node, as last seen. */
  desiredRevision(name: string): string | null {
    const module = this.#desired?.modules[name];
    if (module === undefined) return null;
    return assignmentFor(module, this.#deps.node)?.revision ?? null;
  }

  /** Looks at desired state soon, and until nothing is left to do. Resolves then. */
  wake(): Promise<void> {
    this.#dirty = true;
    if (this.#stopped) return Promise.resolve();
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
    return this.#working;
  }

  /** Drops manual modules, tries refused ones again, and says whether the node then runs as desired. */
  async reconcileExplicitly(): Promise<{ ok: boolean; error?: string }> {
    this.#explicit = true;
    await this.wake();
    // Somebody else's wake may have been in its last step; this one then has a turn of its own.
    if (this.#explicit) await this.wake();
    const drift = this.#drift();
    if (this.#desired !== null && drift.length === 0) return { ok: true };
    const reason = [...this.#refused.values()][0] ?? this.#lastFailure?.message;
    return { ok: false, error: reason ?? `not as desired: ${drift.join(', ') || 'no state read'}` };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#reconcile !== null) clearInterval(this.#reconcile);
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#dirty && !this.#stopped) {
      this.#dirty = false;
      try {
        await this.#readDesired();
        await this.#settle();
        this.#failedInARow = 0;
        this.#lastFailure = null;
      } catch (error) {
        this.#lastFailure = error as Error;
        this.#retryLater(error as Error);
      }
      if (this.#desired !== null) this.#deps.onDrift(this.#drift());
    }
  }

  async #readDesired(): Promise<void> {
    this.#desired = (await this.#deps.fleet.desired())?.value ?? this.#desired;
  }

  /** Takes steps until none is left or something new came in. */
  async #settle(): Promise<void> {
    if (this.#desired === null) return;
    const explicit = this.#explicit;
    this.#explicit = false;
    if (explicit) this.#refused.clear();
    const steps = this.#plan(explicit);
    for (const step of steps) {
      if (this.#stopped) return;
      await this.#take(step);
      if (this.#dirty && !explicit) return;
    }
  }

  #plan(explicit: boolean): readonly Step[] {
    const { node, modules } = this.#deps;
    const desired = this.#desired!;
    const refused = new Set(this.#refused.keys());
    return planReload({ desired, node, running: modules.running, refused, explicit });
  }

  async #take(step: Step): Promise<void> {
    const { modules } = this.#deps;
    if (step.kind === 'remove') await modules.remove(step.name);
    else if (step.kind === 'acknowledge') await this.#acknowledge(step.name, step.assignment, null);
    else await this.#load(step);
  }

  async #load({ name, order, assignment }: Step & { kind: 'load' }): Promise<void> {
    const { fleet, modules, now } = this.#deps;
    const { revision, semver, digest } = assignment;
    const started = now();
    const bytes = await fleet.fetchArtifact(digest, LIMITS.artifact.max_bytes);
    const fetch = now() - started;
    try {
      const activation = await modules.apply({ name, order, revision, semver, digest }, bytes);
      await this.#acknowledge(name, assignment, activation, { fetch });
    } catch (error) {
      await this.#refuse(name, assignment, error as Error & { code?: string }, { fetch });
    }
  }

  async #acknowledge(
    name: string,
    assignment: Assignment,
    activation: Activation | null,
    phases: Acknowledgement['phases'] = {},
  ): Promise<void> {
    const { fleet, modules, now, log, node } = this.#deps;
    const at = now();
    const { revision, digest } = assignment;
    const key = assignmentKey(name, assignment);
    this.#refused.delete(key);
    // A manual module gave way: the first ACK stands. A second one would give the time of this repair
    // as the time that the rollout took.
    if (this.#acknowledged.get(name) === key) {
      modules.acknowledged(name, revision);
      log.info({ module: name, revision }, 'running desired revision again');
      return;
    }
    await fleet.acknowledge({
      status: 'ACK',
      node: node.id,
      module: name,
      revision,
      digest,
      running: { revision, digest },
      at,
      publish_to_active_ms: Math.max(0, at - assignment.published_at),
      phases: { ...phases, ...activation?.phases },
      requests_during_reload: activation?.requests_during_reload ?? 0,
      downtime_ms: activation?.downtime_ms ?? 0,
    });
    this.#acknowledged.set(name, key);
    modules.acknowledged(name, revision);
    log.info({ module: name, revision }, 'running desired revision');
  }

  async #refuse(
    name: string,
    assignment: Assignment,
    error: Error & { code?: string; phases?: Acknowledgement['phases'] },
    phases: Acknowledgement['phases'],
  ): Promise<void> {
    const { fleet, modules, now, log, node } = this.#deps;
    const at = now();
    const { revision, digest } = assignment;
    this.#refused.set(assignmentKey(name, assignment), error.message);
    this.#acknowledged.delete(name);
    const running = modules.running.get(name);
    log.warn({ module: name, revision, err: error }, 'refused desired revision');
    await fleet.acknowledge({
      status: 'NACK',
      node: node.id,
      module: name,
      revision,
      digest,
      running: running ? { revision: running.revision, digest: running.digest } : null,
      error: { code: error.code ?? 'WAF_ERR_NODE_INTERNAL', message: error.message },
      at,
      publish_to_active_ms: Math.max(0, at - assignment.published_at),
      phases: { ...phases, ...error.phases },
      requests_during_reload: 0,
      downtime_ms: 0,
    });
  }

  #drift(): string[] {
    if (this.#desired === null) return [];
    const { node, modules } = this.#deps;
    return driftOf({ desired: this.#desired, node, running: modules.running });
  }

  #retryLater(error: Error): void {
    this.#failedInARow += 1;
    const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failedInARow - 1));
    this.#deps.log.debug({ err: error, retry_in_ms: pause }, 'cannot follow desired state yet');
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.wake(), pause);
  }
}
