import type { Manifest } from '../artifact/manifest.ts';
import type { ActionCode, Explanation, InspectionRequest, ResponseInspection } from './verdict.ts';

/** Runs one module for one request at a time. A throw means the instance is spent. */
export interface Inspector {
  /** Throws `ModuleTrap` when the module traps, runs out of fuel or returns anything but 0–3. */
  inspect(request: InspectionRequest): ActionCode;
  /** About the last `inspect`. Foreign modules explain nothing but their action. */
  explain(): Explanation;
}

/** What runs now, as an immutable list; a request takes it once and keeps it to its end. */
export interface ModuleSet {
  /** Increases with every swap; requests report it. */
  readonly generation: number;
  readonly modules: readonly ActiveModule[];
  /** The most that a module of the set looks at in responses; absent means `none`. */
  readonly inspects_response?: ResponseInspection;
}

export interface ActiveModule {
  readonly name: string;
  readonly revision: string;
  readonly semver: string;
  readonly digest: string;
  readonly size: number;
  readonly order: number;
  readonly foreign: boolean;
  /** Milliseconds since the epoch. */
  readonly loadedAt: number;
  /** What the artifact says about itself, with its rule table; null for a foreign module. */
  readonly manifest: Manifest | null;
  /** What its rules look at in responses; absent means `none`, as for every foreign module. */
  readonly inspects_response?: ResponseInspection;
}

/** The judgement of the whole set: the strictest action of all modules (Block > RateLimit > Log > Allow). */
export interface SetVerdict {
  readonly action: ActionCode;
  /** The module that decided, null for a plain Allow. */
  readonly module: ActiveModule | null;
  /** null when action is Allow and nothing matched. */
  readonly explanation: Explanation | null;
  /** A module trapped, ran out of fuel, or the set is empty; the node's policy decides what follows. */
  readonly failure: 'not_ready' | 'trap' | 'budget' | 'timeout' | null;
}
