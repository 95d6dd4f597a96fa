import { digestOf } from '../artifact/digest.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type ActiveSet, ActiveSetWriter } from './active-set-writer.ts';
import type {
  Activation,
  DataPlane,
  ModuleCandidate,
  ModuleOrigin,
} from './data-plane/data-plane.ts';
import type { ModuleStore, StoredModule } from './module-store.ts';
import { NodeError } from './node-error.ts';
import type { ReloadAccount } from './reload-account.ts';
import { revisionNumber } from './revision-number.ts';

/** A module that runs, with what the node remembers about it. */
export interface RunningModule extends StoredModule {
  readonly origin: ModuleOrigin;
  /** Milliseconds since the epoch. */
  readonly activatedAt: number;
}

/** A module from desired state. */
export interface FleetModule {
  readonly name: string;
  readonly order: number;
  readonly revision: string;
  readonly semver: string;
  readonly digest: string;
}

export interface ModuleControlDeps {
  readonly plane: DataPlane;
  readonly store: ModuleStore;
  readonly account: ReloadAccount;
  /** False: a module that runs is never replaced. */
  readonly hotReload: boolean;
  /** The revision of desired state for a name, as far as the node has seen it. */
  readonly desiredRevision: (name: string) => string | null;
  readonly onChange: () => void;
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * Everything that changes which modules run: desired state, uploads, rollbacks, the node's own disk.
 * One change at a time; each is counted, written to the journal and then, off its path, to disk.
 */
export class ModuleControl {
  readonly #deps: ModuleControlDeps;
  readonly #running = new Map<string, RunningModule>();
  readonly #writer: ActiveSetWriter;
  /** Artifacts on their way to disk, by digest. */
  readonly #incoming = new Map<string, Promise<void>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: ModuleControlDeps) {
    this.#deps = deps;
    this.#writer = new ActiveSetWriter({
      store: deps.store,
      // The index must not name an artifact that is not there yet.
      ready: () => Promise.allSettled(this.#incoming.values()),
      current: () => this.#activeSet(),
      log: deps.log,
    });
  }

  get running(): ReadonlyMap<string, RunningModule> {
    return this.#running;
  }

  /** Loads the last known good modules; one that cannot be loaded is replaced by the version before. */
  restore(): Promise<void> {
    return this.#alone(async () => {
      for (const versions of await this.#deps.store.load()) {
        for (const stored of versions) if (await this.#restoreOne(stored)) break;
      }
    });
  }

  /** Runs a module that desired state asks for. Throws what the stage throws. */
  apply(wanted: FleetModule, bytes: Uint8Array): Promise<Activation> {
    return this.#alone(() => {
      const { digest, ...names } = wanted;
      if (digestOf(bytes) !== digest) {
        const message = `the bytes fetched for ${names.name} ${names.revision} are not ${digest}`;
        throw new NodeError('WAF_ERR_NODE_DIGEST_MISMATCH', message);
      }
      const source = { source: 'fleet', overrides: null, acknowledged: null } as const;
      return this.#reload({ ...names, ...this.#stored(digest, bytes), origin: 'fleet' }, source);
    });
  }

  /** Runs a module that somebody sent to this node; resolves when a restart would bring it back. */
  upload(name: string, bytes: Uint8Array): Promise<Activation> {
    return this.#durably(() => {
      const candidate = {
        name,
        ...this.#stored(digestOf(bytes), bytes),
        origin: 'upload',
      } as const;
      const overrides = this.#standsInFor(name);
      return this.#reload(candidate, { source: 'upload', overrides, acknowledged: null });
    });
  }

  /** Back to the version that ran before; resolves when a restart would bring that one back. */
  rollback(name: string): Promise<Activation> {
    return this.#durably(async () => {
      const started = this.#deps.now();
      const overrides = this.#standsInFor(name);
      const activation = await this.#deps.plane.rollback(name);
      const rest = { source: 'rollback', overrides, acknowledged: null } as const;
      this.#succeeded(name, activation, 'rollback', started, rest);
      return activation;
    });
  }

  /** Whether desired state, not a person, decides over this module: the node would load it again. */
  belongsToFleet(name: string): boolean {
    const isDesired = this.#deps.desiredRevision(name) !== null;
    return isDesired || this.#running.get(name)?.source === 'fleet';
  }

  /** Stops running a module; resolves when a restart would not bring it back. */
  remove(name: string): Promise<Activation> {
    return this.#durably(async () => {
      const activation = await this.#deps.plane.remove(name);
      this.#running.delete(name);
      this.#deps.account.removed(name);
      this.#changed();
      return activation;
    });
  }

  /** Notes that the fleet was told what runs under `name`. */
  acknowledged(name: string, revision: string): void {
    const module = this.#running.get(name);
    if (module?.revision !== revision || module.acknowledged === revision) return;
    this.#running.set(name, { ...module, acknowledged: revision });
    void this.#writer.save();
  }

  /** Resolves when everything is on disk. */
  async flush(): Promise<void> {
    await this.#last;
    await this.#writer.save();
  }

  async #restoreOne(stored: StoredModule): Promise<boolean> {
    const { log, store } = this.#deps;
    const bytes = await store.get(stored.digest);
    if (bytes === undefined) return false;
    const { name, digest, order, revision, semver, ...rest } = stored;
    const origin = 'last-known-good';
    try {
      const names = { name, order, revision, semver, origin } as const;
      await this.#reload({ ...names, ...this.#stored(digest, bytes) }, rest);
      return true;
    } catch (error) {
      log.warn({ err: error, module: name, revision }, 'last known good: module was refused');
      return false;
    }
  }

  async #reload(
    candidate: ModuleCandidate,
    rest: Pick<StoredModule, 'source' | 'overrides' | 'acknowledged'>,
  ): Promise<Activation> {
    const { plane, hotReload, now } = this.#deps;
    const started = now();
    this.#incoming.set(candidate.digest, candidate.stored);
    try {
      if (!hotReload && this.#running.has(candidate.name)) {
        const message = `hot reload is disabled; ${candidate.name} keeps running`;
        throw new NodeError('WAF_ERR_NODE_RELOAD_DISABLED', message);
      }
      const staged = await plane.stage(candidate);
      const activation = await plane.activate(staged);
      this.#succeeded(candidate.name, activation, candidate.origin, started, rest);
      return activation;
    } catch (error) {
      const { name: module, revision: version = '', origin } = candidate;
      this.#deps.account.failed({ module, version, origin, started, ended: now() }, error as Error);
      // The bytes of a refused module are forgotten with the next write.
      void this.#writer.save();
      throw error;
    } finally {
      const forget = () => void this.#incoming.delete(candidate.digest);
      candidate.stored.then(forget, forget);
    }
  }

  #succeeded(
    name: string,
    activation: Activation,
    origin: ModuleOrigin,
    started: number,
    rest: Pick<StoredModule, 'source' | 'overrides' | 'acknowledged'>,
  ): void {
    const module = activation.module!;
    const { digest, order, revision, semver } = module;
    const activatedAt = this.#deps.now();
    const names = { name, digest, order, revision, semver };
    this.#running.set(name, { ...names, ...rest, origin, activatedAt });
    const { downtime_ms, requests_during_reload, phases } = activation;
    const swap = { downtime_ms, requests_during_reload };
    const attempt = { module: name, version: revision, origin, started, ended: activatedAt };
    this.#deps.account.succeeded(attempt, swap, phases);
    this.#changed();
  }

  #changed(): void {
    this.#deps.onChange();
    void this.#writer.save();
  }

  #activeSet(): ActiveSet {
    const modules = [...this.#running.values()].map(
      ({ name, digest, order, revision, semver, source, overrides, acknowledged }) => ({
        ...{ name, digest, order, revision, semver, source, overrides, acknowledged },
      }),
    );
    // What an instant rollback would bring back must be on disk too.
    const previous = modules.flatMap(({ name }) => this.#deps.plane.previous(name)?.digest ?? []);
    return { modules, keep: [...this.#incoming.keys(), ...previous] };
  }

  #stored(digest: string, bytes: Uint8Array): Pick<ModuleCandidate, 'digest' | 'bytes' | 'stored'> {
    const stored = this.#deps.store.put(digest, bytes);
    stored.catch(() => {});
    return { digest, bytes, stored };
  }

  /** The newest revision that desired state had for this name before a person stepped in. */
  #standsInFor(name: string): string | null {
    const running = this.#running.get(name);
    const before = running?.source === 'fleet' ? running.revision : (running?.overrides ?? null);
    const seen = this.#deps.desiredRevision(name);
    return revisionNumber(seen) >= revisionNumber(before) ? (seen ?? before) : before;
  }

  async #durably<T>(change: () => Promise<T>): Promise<T> {
    const result = await this.#alone(change);
    await this.#writer.save();
    return result;
  }

  #alone<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(change, change);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
