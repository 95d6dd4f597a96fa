import type { RuleMode } from '../model.ts';

/**
 * One entry of `tuning` in `waf-config.json`: what is different for some rules, or for some paths, without
 * any rule being edited. Exactly one of `except`, `mode`, `paranoia` and `thresholds` says what.
 */
export interface Tuning extends TuningScope {
  readonly id: string;
  readonly reason?: string;
  /** RFC 3339; the first instant at which a release leaves the entry out. */
  readonly expires_at?: string;
  /** Selectors of rules, see `src/config/rule-selector.ts`; with `except` and `mode` only. */
  readonly rules?: readonly string[];
  /** Targets that the rules do not look at there, in canonical spelling. */
  readonly except?: readonly string[];
  /** `off`: the rules do not apply there; `shadow`: they are recorded there and not enforced. */
  readonly mode?: Exclude<RuleMode, 'enforce'>;
  /** Rules above this paranoia level do not apply there. Of several entries the first one counts. */
  readonly paranoia?: number;
  /** Score category → threshold there. Of several entries the first one counts. */
  readonly thresholds?: Readonly<Record<string, number>>;
}

/** The requests that an entry is about: all, unless it says something. Paths as in `path-pattern.ts`. */
export interface TuningScope {
  readonly path?: readonly string[];
  readonly method?: readonly string[];
}
