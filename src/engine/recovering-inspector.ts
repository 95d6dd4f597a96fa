import type { Inspector } from './module-slot.ts';
import { ModuleTrap } from './module-trap.ts';
import type { ActionCode, Explanation, InspectionRequest } from './verdict.ts';

/** An instance that a slot can run: an inspector with what the hot path asks after each request. */
export interface Instance extends Inspector {
  /** Rules that matched in the last request, shadow rules included. */
  readonly matchCount: number;
  /** What the last request cost. */
  readonly steps: number;
  /** The last request could not be understood; its Allow means nothing. */
  readonly unreadable: boolean;
  /** The last request used up its steps; the artifact's own policy decided. */
  readonly budgetExhausted: boolean;
  /** Better not used for another request. */
  readonly worn: boolean;
}

/** What became of a module's requests since it was loaded. */
export interface InspectorCounters {
  readonly requests: number;
  readonly traps: number;
  readonly budget: number;
  /** Instances made in place of spent or worn ones. */
  readonly replacements: number;
}

/**
 * Keeps one instance of a module usable: a spent or worn instance is discarded, and a fresh one is
 * made when the next request comes.
 */
export class RecoveringInspector implements Inspector {
  private readonly create: () => Instance;
  private instance: Instance | null;
  private last: Instance;
  private readonly tally = { requests: 0, traps: 0, budget: 0, replacements: 0 };

  /** `create` makes a fresh instance and may throw; `first` is the one that was probed. */
  constructor(create: () => Instance, first: Instance) {
    this.create = create;
    this.instance = first;
    this.last = first;
  }

  inspect(request: InspectionRequest): ActionCode {
    this.tally.requests++;
    try {
      const instance = this.usableInstance();
      return instance.inspect(request);
    } catch (error) {
      this.instance = null;
      throw this.counted(error);
    }
  }

  explain(): Explanation {
    return this.last.explain();
  }

  get matchCount(): number {
    return this.last.matchCount;
  }

  get steps(): number {
    return this.last.steps;
  }

  get unreadable(): boolean {
    return this.last.unreadable;
  }

  get budgetExhausted(): boolean {
    return this.last.budgetExhausted;
  }

  get counters(): InspectorCounters {
    return { ...this.tally };
  }

  private usableInstance(): Instance {
    if (this.instance === null || this.instance.worn) {
      this.instance = null;
      this.instance = this.create();
      this.last = this.instance;
      this.tally.replacements++;
    }
    return this.instance;
  }

  private counted(error: unknown): ModuleTrap {
    const trap =
      error instanceof ModuleTrap
        ? error
        : new ModuleTrap('trap', (error as Error).message, { cause: error });
    if (trap.kind === 'budget') this.tally.budget++;
    else this.tally.traps++;
    return trap;
  }
}
