import type { TrustedKeys } from '../artifact/signing-key.ts';
import { createModuleSlots, type ModuleSlots } from '../engine/module-slots.ts';
import type { RunningModule } from '../engine/running-set.ts';
import { shippedEngines } from '../engine/shipped-engine.ts';
import { ACTION_ALLOW, ACTION_BLOCK, type ActionCode } from '../engine/verdict.ts';
import { type ArtifactSource, readSource } from './artifact-source.ts';
import { inspected, type WafRequest } from './waf-request.ts';
import { explained, failedVerdict, plainAllow, type WafVerdict } from './waf-verdict.ts';

export interface WafOptions {
  /** Keys whose signatures count, from `loadTrustedKeys`. Default: none. */
  readonly trustedKeys?: TrustedKeys;
  /** Refuse artifacts that no trusted key has signed. Default: false. */
  readonly requireSignature?: boolean;
  /** Versions that stay in memory for `rollback`. Default: 1. */
  readonly keepPrevious?: number;
  /** What a request gets that the module fails on or cannot read. Default: `allow`. */
  readonly onFailure?: 'allow' | 'block';
  /** Instructions that a module which is not ours may use for a request. Default: 5,000,000. */
  readonly fuelLimit?: number;
  /** Milliseconds since the epoch; rules expire by it. Default: `Date.now`. */
  readonly now?: () => number;
}

/** What runs in a Waf. */
export interface WafVersion {
  /** `v<N>` of the release. */
  readonly revision: string;
  readonly semver: string;
  /** `sha256:<hex>` of the artifact. */
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly loadedAt: number;
  /** Number of rules; null when the module is not ours. */
  readonly rules: number | null;
  /** The module runs metered and explains nothing: it is not ours, or nobody that is trusted vouches for it. */
  readonly foreign: boolean;
}

const NAME = 'waf';
const FUEL_LIMIT = 5_000_000;

/**
 * A rule set that judges requests in this process.
 *
 *   const waf = await Waf.load('universal-waf.wasm');
 *   const { action, status } = waf.inspect({ method, url, headers, body, ip });
 */
export class Waf {
  readonly #slots: ModuleSlots;
  readonly #options: WafOptions;
  readonly #now: () => number;
  readonly #onFailure: ActionCode;
  #running!: RunningModule;
  /** The last swap that was asked for; the next one waits for it. */
  #swapping: Promise<unknown> = Promise.resolve();

  /** Checks an artifact and makes it ready. Throws `ReloadError` or `LibraryError`, both with a `code`. */
  static async load(source: ArtifactSource, options: WafOptions = {}): Promise<Waf> {
    const { keepPrevious = 1, fuelLimit = FUEL_LIMIT, now = Date.now } = options;
    const trustedEngines = await shippedEngines();
    const slots = createModuleSlots({ keepPrevious, fuelLimit, now, trustedEngines });
    const waf = new Waf(slots, options, now);
    await waf.swap(source);
    return waf;
  }

  private constructor(slots: ModuleSlots, options: WafOptions, now: () => number) {
    this.#slots = slots;
    this.#options = options;
    this.#now = now;
    this.#onFailure = options.onFailure === 'block' ? ACTION_BLOCK : ACTION_ALLOW;
  }

  /**
   * The action alone, as a code (`ACTION_ALLOW` … `ACTION_RATE_LIMIT`): the fastest way to judge. A module
   * that fails gives what `onFailure` says.
   */
  judge(request: WafRequest): ActionCode {
    const { inspector } = this.#running;
    try {
      const action = inspector.inspect(inspected(request, this.#now()));
      return inspector.unreadable ? this.#onFailure : action;
    } catch {
      return this.#onFailure;
    }
  }

  /** The whole verdict. Nothing is looked up for a request in which no rule matched. */
  inspect(request: WafRequest): WafVerdict {
    const { inspector, manifest } = this.#running;
    let action: ActionCode;
    try {
      action = inspector.inspect(inspected(request, this.#now()));
    } catch {
      return failedVerdict(this.#onFailure, 'trap');
    }
    if (inspector.unreadable) return failedVerdict(this.#onFailure, 'unreadable');
    if (action === ACTION_ALLOW && inspector.matchCount === 0) {
      return inspector.budgetExhausted
        ? explained(inspector.explain(), manifest, 'budget')
        : plainAllow(inspector.steps);
    }
    const failure = inspector.budgetExhausted ? 'budget' : null;
    return explained(inspector.explain(), manifest, failure);
  }

  /**
   * Replaces the rule set, with the checks that a node makes before a reload: structure, signature, limits,
   * rule program, sample requests. The old one judges until the new one is ready; when a check fails it goes
   * on, and the promise rejects. Swaps happen in the order in which they were asked for.
   */
  swap(source: ArtifactSource): Promise<WafVersion> {
    const swapped = this.#swapping.then(() => this.#swap(source));
    this.#swapping = swapped.catch(() => {});
    return swapped;
  }

  /** Back to the version before, at once. Throws `WAF_ERR_ENGINE_NO_PREVIOUS_VERSION`. */
  rollback(): WafVersion {
    return this.#run(this.#slots.rollback(NAME).module!);
  }

  /** What judges now. */
  get version(): WafVersion {
    const { revision, semver, digest, loadedAt, manifest, foreign } = this.#running;
    return { revision, semver, digest, loadedAt, rules: manifest?.rules.length ?? null, foreign };
  }

  async #swap(source: ArtifactSource): Promise<WafVersion> {
    const { trustedKeys = new Map(), requireSignature = false } = this.#options;
    const bytes = await readSource(source);
    const staged = await this.#slots.stage(NAME, bytes, { trustedKeys, requireSignature });
    return this.#run(this.#slots.activate(staged).module!);
  }

  #run(module: RunningModule): WafVersion {
    this.#running = module;
    return this.version;
  }
}
