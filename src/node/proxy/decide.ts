import type { ManifestRateLimit } from '../../artifact/manifest-action.ts';
import type { NodeSettings } from '../../config/settings.ts';
import type { SetVerdict } from '../../engine/module-slot.ts';
import { ACTION_BLOCK, ACTION_LOG, ACTION_RATE_LIMIT } from '../../engine/verdict.ts';
import type { FailureKind } from '../traffic/traffic-totals.ts';
import { ruleOf } from './rule-table.ts';

/** What the data plane does with a request. */
export type Decision =
  | { readonly kind: 'forward'; readonly logged: boolean }
  | { readonly kind: 'block'; readonly status: number }
  | { readonly kind: 'limit'; readonly limit: ManifestRateLimit; readonly scope: string }
  | { readonly kind: 'unavailable'; readonly failure: FailureKind };

export const FORWARD: Decision = { kind: 'forward', logged: false };
const FORWARD_LOGGED: Decision = { kind: 'forward', logged: true };

/** What a module gets that answers RateLimit and cannot say how much: the ABI carries no numbers. */
export const DEFAULT_RATE_LIMIT: ManifestRateLimit = {
  key: 'client.ip',
  limit: 60,
  window_s: 60,
  over: 'block',
};

/**
 * Turns a verdict into what happens. A Block stands whatever else went wrong; a failed inspection that
 * is not a Block follows the policy for its kind. Pure.
 */
export function decide(verdict: SetVerdict, onFailure: NodeSettings['on_failure']): Decision {
  const { action, failure, module, explanation } = verdict;
  // An artifact of ours says itself what a request gets that used up its steps.
  const decidedItself = failure === 'budget' && explanation?.reason === 'budget';
  const failed = failure !== null && !decidedItself && action !== ACTION_BLOCK;
  if (failed && onFailure[failure] === 'closed') {
    return { kind: 'unavailable', failure };
  }
  const rule = ruleOf(module, explanation?.rule ?? null);
  switch (action) {
    case ACTION_BLOCK:
      return { kind: 'block', status: blockStatus(rule?.action) };
    case ACTION_RATE_LIMIT: {
      const own = rule !== undefined && 'ratelimit' in rule.action ? rule.action.ratelimit : null;
      const scope = `${module?.name ?? ''} ${rule?.id ?? ''}`;
      return { kind: 'limit', limit: own ?? DEFAULT_RATE_LIMIT, scope };
    }
    case ACTION_LOG:
      return FORWARD_LOGGED;
    default:
      return FORWARD;
  }
}

function blockStatus(action: object | undefined): number {
  const block = (action as { block?: { status?: number } } | undefined)?.block;
  return block?.status ?? 403;
}
