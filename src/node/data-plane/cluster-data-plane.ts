import type { Logger } from '../../telemetry/logger.ts';
import { TokenBuckets } from '../proxy/token-buckets.ts';
import type { PublishEvents } from '../traffic/event-outbox.ts';
import type { TrafficEvent } from '../traffic/event-ring.ts';
import type { TrafficTotals } from '../traffic/traffic-totals.ts';
import type { Activation, DataPlane, ModuleCandidate, StagedReload } from './data-plane.ts';
import type { DataPlaneConfig } from './data-plane-config.ts';
import { createLocalDataPlane } from './local-data-plane.ts';
import { forkWorker, type WorkerProcess } from './worker-process.ts';
import {
  identify,
  type ModuleIdentity,
  sameModule,
  type TokenRequest,
  type WorkerCandidate,
} from './worker-protocol.ts';
import { WorkerTotals } from './worker-totals.ts';

/** Pause before a lost worker is started again; doubled each time that fails. */
const FIRST_RESTART_MS = 100;
const LAST_RESTART_MS = 5_000;
const CLOSE_SLACK_MS = 500;

interface ClusterDeps {
  readonly workers: number;
  readonly log: Logger;
  /** Where the traffic events of all workers go; absent: nowhere. */
  readonly publish?: PublishEvents;
}

interface StagedEverywhere extends StagedReload {
  readonly local: StagedReload;
  readonly tokens: ReadonlyMap<WorkerProcess, number>;
}

/**
 * A data plane of several processes behind one port. This process stages every module first and is the
 * record of what should run; the workers follow in two phases: all stage, then all activate. A worker
 * that differs afterwards, because it was just started or had no earlier version to roll back to, is
 * brought to the same set before anything else happens. A worker that dies is started again.
 *
 * Rate-limit tokens are handed out here, so that a limit holds for the node as a whole.
 */
export class ClusterDataPlane implements DataPlane {
  readonly workers: number;
  readonly #config: DataPlaneConfig;
  readonly #publish: PublishEvents | undefined;
  readonly #log: Logger;
  readonly #local: DataPlane;
  readonly #buckets = new TokenBuckets();
  /** Every worker process that lives. */
  readonly #alive = new Set<WorkerProcess>();
  /** Those that have the modules in force and accept requests. */
  readonly #serving = new Set<WorkerProcess>();
  readonly #totals = new WorkerTotals();
  #closing = false;
  #restartMs = FIRST_RESTART_MS;
  #turn: Promise<unknown> = Promise.resolve();

  static async create(
    config: DataPlaneConfig,
    deps: ClusterDeps & { readonly now: () => number },
  ): Promise<ClusterDataPlane> {
    const { now, log } = deps;
    const tokens = { take: () => 0 };
    return new ClusterDataPlane(
      config,
      deps,
      await createLocalDataPlane(config, { tokens, now, log }),
    );
  }

  private constructor(config: DataPlaneConfig, deps: ClusterDeps, local: DataPlane) {
    this.workers = deps.workers;
    this.#publish = deps.publish;
    this.#config = shareOf(config, deps.workers);
    this.#log = deps.log;
    this.#local = local;
  }

  async start(): Promise<{ port: number }> {
    const started = Array.from({ length: this.workers }, () => this.#startWorker());
    const [first] = await Promise.all(started);
    return first!;
  }

  /** Worker pids, for tests and status. */
  get pids(): number[] {
    return [...this.#serving].map(({ pid }) => pid);
  }

  stage(candidate: ModuleCandidate): Promise<StagedReload> {
    return this.#alone(async () => {
      const [local] = await Promise.all([this.#local.stage(candidate), candidate.stored]);
      const { name, digest, origin } = candidate;
      const { order, revision, semver } = local.module;
      const followed: WorkerCandidate = { name, digest, origin, order, revision, semver };
      const tokens = new Map<WorkerProcess, number>();
      const staging = [...this.#serving].map(async (worker) => {
        tokens.set(worker, await worker.channel.call<number>('stage', followed));
      });
      const results = await Promise.allSettled(staging);
      const failed = results.find((result) => result.status === 'rejected');
      const staged: StagedEverywhere = { ...local, local, tokens };
      if (failed === undefined) return staged;
      await this.#discard(staged);
      throw failed.reason;
    });
  }

  activate(staged: StagedReload): Promise<Activation> {
    const { local, tokens } = staged as StagedEverywhere;
    return this.#everywhere(
      () => this.#local.activate(local),
      (worker) => {
        const token = tokens.get(worker);
        return token === undefined ? null : worker.channel.call('activate', token);
      },
    );
  }

  discard(staged: StagedReload): Promise<void> {
    return this.#alone(() => this.#discard(staged as StagedEverywhere));
  }

  rollback(name: string): Promise<Activation> {
    return this.#everywhere(
      () => this.#local.rollback(name),
      (worker) => worker.channel.call('rollback', name),
    );
  }

  remove(name: string): Promise<Activation> {
    return this.#everywhere(
      () => this.#local.remove(name),
      (worker) => worker.channel.call('remove', name),
    );
  }

  modules(): ReturnType<DataPlane['modules']> {
    return this.#local.modules();
  }

  previous(name: string): ReturnType<DataPlane['previous']> {
    return this.#local.previous(name);
  }

  async totals(): Promise<TrafficTotals> {
    await Promise.all(
      [...this.#serving].map(async (worker) => {
        const totals = await worker.channel.call<TrafficTotals>('totals').catch(() => null);
        if (totals !== null && this.#serving.has(worker)) this.#totals.note(worker, totals);
      }),
    );
    return this.#totals.sum();
  }

  async events(limit: number): Promise<readonly TrafficEvent[]> {
    const lists = await Promise.all(
      [...this.#serving].map((worker) =>
        worker.channel.call<TrafficEvent[]>('events', limit).catch(() => []),
      ),
    );
    return lists
      .flat()
      .sort((a, b) => b.at - a.at)
      .slice(0, limit);
  }

  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    await Promise.all(
      [...this.#alive].map(async (worker) => {
        const late = setTimeout(() => worker.kill(), graceMs + CLOSE_SLACK_MS);
        await worker.channel.call('close', graceMs).catch(() => {});
        clearTimeout(late);
        worker.kill();
        await worker.exited;
      }),
    );
    await this.#local.close(0);
  }

  /** Does something here and then in all workers; those that then differ are brought to the same set. */
  #everywhere(
    here: () => Promise<Activation>,
    there: (worker: WorkerProcess) => Promise<Activation> | null,
  ): Promise<Activation> {
    return this.#alone(async () => {
      const activation = await here();
      const done: Activation[] = [];
      await Promise.all(
        [...this.#serving].map(async (worker) => {
          const result = await (there(worker) ?? Promise.resolve(null)).catch(() => null);
          if (result !== null) done.push(result);
          await this.#bringUp(worker).catch((error: unknown) => this.#giveUp(worker, error));
        }),
      );
      const slowest = Math.max(activation.downtime_ms, ...done.map((one) => one.downtime_ms));
      const requests = done.reduce((sum, one) => sum + one.requests_during_reload, 0);
      return { ...activation, downtime_ms: slowest, requests_during_reload: requests };
    });
  }

  async #discard({ local, tokens }: StagedEverywhere): Promise<void> {
    await this.#local.discard(local);
    for (const [worker, token] of tokens) {
      await worker.channel.call('discard', token).catch(() => {});
    }
  }

  async #startWorker(): Promise<{ port: number }> {
    const worker = forkWorker({
      take: ({ key, size, now }: TokenRequest) => this.#buckets.take(key, size, now),
      publish: async (events: Parameters<PublishEvents>[0]) => {
        await this.#publish?.(events);
        return null;
      },
    });
    this.#alive.add(worker);
    void worker.exited.then(() => this.#onExit(worker));
    try {
      await worker.ready;
      const publishes = this.#publish !== undefined;
      const settings = { ...this.#config, logLevel: this.#log.level, publishes };
      await worker.channel.call('configure', settings);
      return await this.#alone(async () => {
        await this.#bringUp(worker);
        const address = await worker.channel.call<{ port: number }>('listen');
        this.#serving.add(worker);
        this.#restartMs = FIRST_RESTART_MS;
        return address;
      });
    } catch (error) {
      worker.kill();
      throw error;
    }
  }

  /** Makes a worker run exactly what runs here. */
  async #bringUp(worker: WorkerProcess): Promise<void> {
    const wanted = this.#local.modules().map(identify);
    const there = await worker.channel.call<ModuleIdentity[]>('modules');
    for (const { name } of there) {
      if (!wanted.some((module) => module.name === name)) await worker.channel.call('remove', name);
    }
    for (const module of wanted) {
      if (there.some((other) => sameModule(other, module))) continue;
      const candidate: WorkerCandidate = { ...module, origin: 'last-known-good' };
      await worker.channel.call('activate', await worker.channel.call('stage', candidate));
    }
  }

  #giveUp(worker: WorkerProcess, error: unknown): void {
    this.#log.error({ err: error, pid: worker.pid }, 'worker cannot follow and is started again');
    worker.kill();
  }

  #onExit(worker: WorkerProcess): void {
    this.#alive.delete(worker);
    this.#serving.delete(worker);
    this.#totals.lose(worker);
    if (this.#closing) return;
    this.#log.error({ pid: worker.pid }, 'data-plane worker ended; starting another');
    const pause = this.#restartMs;
    this.#restartMs = Math.min(LAST_RESTART_MS, pause * 2);
    setTimeout(() => {
      if (this.#closing) return;
      this.#startWorker().catch((error: unknown) => {
        this.#log.error({ err: error }, 'data-plane worker did not start');
      });
    }, pause);
  }

  #alone<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(change, change);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

/** What is limited for the node as a whole is divided among its workers. */
function shareOf(config: DataPlaneConfig, workers: number): DataPlaneConfig {
  const { events } = config;
  if (events === undefined) return config;
  const share = Math.max(1, Math.floor(events.max_events_per_second / workers));
  return { ...config, events: { ...events, max_events_per_second: share } };
}
