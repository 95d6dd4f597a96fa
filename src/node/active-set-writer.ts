import type { Logger } from '../telemetry/logger.ts';
import type { ModuleStore, StoredModule } from './module-store.ts';

export interface ActiveSet {
  readonly modules: readonly StoredModule[];
  /** Digests of further artifacts that must stay on disk. */
  readonly keep: readonly string[];
}

export interface ActiveSetWriterDeps {
  readonly store: Pick<ModuleStore, 'save'>;
  /** Awaited before each write: artifacts that the set names are being stored. */
  readonly ready: () => Promise<unknown>;
  readonly current: () => ActiveSet;
  readonly log: Logger;
}

/**
 * Keeps the last known good set on disk up to date, off the path of a reload: an fsync can take longer
 * than everything else together. Changes that come while it writes make one more write.
 */
export class ActiveSetWriter {
  readonly #deps: ActiveSetWriterDeps;
  #dirty = false;
  #writing: Promise<void> | null = null;

  constructor(deps: ActiveSetWriterDeps) {
    this.#deps = deps;
  }

  /** Resolves when the set as it is now, or a newer one, is on disk, or could not be written. */
  save(): Promise<void> {
    this.#dirty = true;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { store, ready, current, log } = this.#deps;
    while (this.#dirty) {
      this.#dirty = false;
      try {
        await ready();
        const { modules, keep } = current();
        await store.save(modules, () => [...keep, ...current().keep]);
      } catch (error) {
        // The node serves on; only a restart without the control plane would find the older set.
        log.error({ err: error }, 'last known good: cannot write');
      }
    }
  }
}
