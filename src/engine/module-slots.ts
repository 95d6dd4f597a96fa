import { performance } from 'node:perf_hooks';
import { LIMITS } from '../config/limits.ts';
import {
  createModuleLoader,
  type LoadedModule,
  type ModuleLoader,
  type ModuleLoaderOptions,
} from './module-loader.ts';
import { isModuleName } from './module-name.ts';
import type { ActiveModule } from './module-slot.ts';
import { PhaseTimer, type ReloadPhases } from './phase-timer.ts';
import { ReloadError, toReloadError } from './reload-error.ts';
import { type RunningModule, RunningSet } from './running-set.ts';
import type { SlotActivation, StagedModule, StageRequest } from './staged-module.ts';
import { VersionNumbers } from './version-numbers.ts';
import { withDeadline } from './with-deadline.ts';

export type { SlotActivation, StagedModule, StageRequest } from './staged-module.ts';

export interface ModuleSlotsOptions extends ModuleLoaderOptions {
  /** Earlier versions of each module that stay alive for an instant rollback. */
  readonly keepPrevious: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Bound of a whole stage; default LIMITS.reload.timeout_ms. */
  readonly timeoutMs?: number;
  readonly loader?: ModuleLoader;
}

/**
 * The modules of one process. All that a request ever sees is one reference to an immutable set:
 *
 *   stage ──► verify ─► compile ─► instantiate ─► probe ──► activate: current := next set
 *     any failure: ReloadError, `current` untouched             └─► versions: newest first, N + 1 kept
 *
 * `activate`, `rollback` and `remove` are synchronous and cannot fail half way: everything is checked
 * and built before the one assignment.
 */
export class ModuleSlots {
  private readonly loader: ModuleLoader;
  private readonly keepPrevious: number;
  private readonly now: () => number;
  private readonly timeoutMs: number;
  private readonly numbers = new VersionNumbers();
  /** Versions of each module that are alive; the first one is in `set`. */
  private readonly alive = new Map<string, readonly RunningModule[]>();
  private readonly activated = new WeakSet<StagedModule>();
  private readonly draining = new Map<number, Promise<void>>();
  private set = new RunningSet(0, []);
  private acquired = 0;

  constructor(options: ModuleSlotsOptions) {
    this.loader = options.loader ?? createModuleLoader(options);
    this.keepPrevious = options.keepPrevious;
    this.now = options.now ?? Date.now;
    this.timeoutMs = options.timeoutMs ?? LIMITS.reload.timeout_ms;
  }

  /** Makes a module ready without touching what runs. Throws `ReloadError`. */
  async stage(name: string, bytes: Uint8Array, request: StageRequest): Promise<StagedModule> {
    const acquiredBefore = this.acquired;
    const timer = new PhaseTimer(() => performance.now());
    try {
      this.assertName(name);
      const loaded = await withDeadline(
        (signal) => this.loader.load({ ...request, bytes, signal }, timer),
        {
          timeoutMs: this.timeoutMs,
          signal: request.signal,
          timeoutError: () =>
            this.failure(
              'RELOAD_TIMEOUT',
              `Reload timed out after ${this.timeoutMs / 1000}s`,
              timer,
            ),
          cancelError: () => this.failure('RELOAD_CANCELLED', 'Reload was cancelled', timer),
        },
      );
      const module = this.describe(name, loaded, request);
      return Object.freeze({ name, module, phases: timer.phases, acquiredBefore });
    } catch (error) {
      throw toReloadError(error, timer.phases);
    }
  }

  /** Lets a staged module serve. Throws `ReloadError` when it was activated before, or nothing has room. */
  activate(staged: StagedModule): SlotActivation {
    const { name } = staged;
    if (this.activated.has(staged)) {
      throw this.failure('ALREADY_ACTIVE', `${name} was activated already`);
    }
    this.assertRoom(name);
    this.activated.add(staged);
    const module = Object.freeze({ ...staged.module, loadedAt: this.now() });
    this.numbers.note(name, module.revision);
    const versions = [module, ...this.versions(name)].slice(0, this.keepPrevious + 1);
    return this.swap(name, versions, staged.phases, this.acquired - staged.acquiredBefore);
  }

  /**
   * Back to the version before, which is still alive. The version that is left is forgotten, so
   * another rollback goes one further back. Throws `ReloadError`.
   */
  rollback(name: string): SlotActivation {
    const versions = this.knownVersions(name);
    const [, previous, ...older] = versions;
    if (previous === undefined) {
      throw this.failure('NO_PREVIOUS_VERSION', `${name} has no previous version to roll back to`);
    }
    const again = Object.freeze({ ...previous, loadedAt: this.now() });
    return this.swap(name, [again, ...older], {}, 0);
  }

  /** Stops running a module and forgets its versions. Throws `ReloadError`. */
  remove(name: string): SlotActivation {
    this.knownVersions(name);
    return this.swap(name, [], {}, 0);
  }

  /** The set that judges a request; release it as often as you acquire it. */
  acquire(): RunningSet {
    this.acquired++;
    return this.set.acquire();
  }

  release(set: RunningSet): void {
    set.release();
  }

  current(): RunningSet {
    return this.set;
  }

  /** Versions of a module that are alive: the running one first, then those that a rollback can reach. */
  versions(name: string): readonly RunningModule[] {
    return this.alive.get(name) ?? [];
  }

  /** Resolves when no request holds the set of that generation any more. Not for the current one. */
  drained(generation: number): Promise<void> {
    return this.draining.get(generation) ?? Promise.resolve();
  }

  /** Generations that are no longer current but still held by requests. */
  get drainingGenerations(): readonly number[] {
    return [...this.draining.keys()];
  }

  private swap(
    name: string,
    versions: readonly RunningModule[],
    phases: ReloadPhases,
    requests_during_reload: number,
  ): SlotActivation {
    const old = this.set;
    const previous = old.find(name) ?? null;
    const module = versions[0] ?? null;
    const others = old.modules.filter((each) => each.name !== name);
    const next = new RunningSet(old.generation + 1, module ? [...others, module] : others);

    const started = process.hrtime.bigint();
    this.set = next;
    const swap_us = Number(process.hrtime.bigint() - started) / 1000;

    if (module) this.alive.set(name, versions);
    else this.alive.delete(name);
    this.retire(old);
    const downtime_ms = swap_us / 1000;
    return {
      module,
      previous,
      generation: next.generation,
      swap_us,
      downtime_ms,
      requests_during_reload,
      phases: { ...phases, swap: downtime_ms },
    };
  }

  private retire(set: RunningSet): void {
    const { generation } = set;
    const drained = new Promise<void>((resolve) => {
      set.retire(() => {
        this.draining.delete(generation);
        resolve();
      });
    });
    if (!set.idle) this.draining.set(generation, drained);
  }

  private describe(name: string, loaded: LoadedModule, request: StageRequest): RunningModule {
    const { artifact, foreign, inspector, signature } = loaded;
    const manifest = artifact.kind === 'secbeat' && !foreign ? artifact.manifest : null;
    const last = Math.max(-1, ...this.set.modules.map(({ order }) => order));
    return {
      name,
      revision: request.revision ?? this.numbers.revisionFor(name, manifest?.revision),
      semver: request.semver ?? manifest?.semver ?? '0.0.0',
      digest: artifact.digest,
      size: artifact.bytes.length,
      order: request.order ?? this.set.find(name)?.order ?? last + 1,
      foreign,
      loadedAt: this.now(),
      manifest,
      inspects_response: manifest?.inspects_response ?? 'none',
      inspector,
      signature,
    };
  }

  private assertName(name: string): void {
    if (!isModuleName(name)) {
      throw this.failure('MODULE_NAME', `not a module name: ${JSON.stringify(name.slice(0, 100))}`);
    }
    this.assertRoom(name);
  }

  private assertRoom(name: string): void {
    const { modules } = this.set;
    if (modules.length >= LIMITS.upload.max_modules && this.set.find(name) === undefined) {
      const text = `${modules.length} modules run already, the limit is ${LIMITS.upload.max_modules}`;
      throw this.failure('TOO_MANY_MODULES', text);
    }
  }

  private knownVersions(name: string): readonly RunningModule[] {
    const versions = this.alive.get(name);
    if (versions === undefined) throw this.failure('UNKNOWN_MODULE', `no module ${name} is active`);
    return versions;
  }

  private failure(
    what:
      | 'RELOAD_TIMEOUT'
      | 'RELOAD_CANCELLED'
      | 'ALREADY_ACTIVE'
      | 'NO_PREVIOUS_VERSION'
      | 'UNKNOWN_MODULE'
      | 'MODULE_NAME'
      | 'TOO_MANY_MODULES',
    message: string,
    timer?: PhaseTimer,
  ): ReloadError {
    return new ReloadError(`WAF_ERR_ENGINE_${what}`, message, timer?.phases ?? {});
  }
}

/** The module slots of a process. */
export function createModuleSlots(options: ModuleSlotsOptions): ModuleSlots {
  return new ModuleSlots(options);
}

/** What may be listed of a module, without the means to run it. */
export function describeModule(module: RunningModule): ActiveModule {
  const { inspector, signature, ...description } = module;
  return description;
}
