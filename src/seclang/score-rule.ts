import type { Chain } from './model.ts';
import { isResponsePhase } from './response-phase.ts';
import type { Threshold } from './threshold.ts';
import { writeRule } from './write-rule.ts';
import type { WrittenLeaf, WrittenRule } from './written-rule.ts';

/** Every response has a status: it makes a rule one of the response phase. */
const IS_RESPONSE: WrittenLeaf = { target: 'response.status', op: 'gte', value: 0 };

/** What refuses a request by its score, as a rule that only says so. */
export function scoreRule(chain: Chain, { category, value }: Threshold): WrittenRule | null {
  const reached: WrittenLeaf = { target: `score.${category}`, op: 'gte', value };
  const when = isResponsePhase(chain) ? { all: [reached, IS_RESPONSE] } : reached;
  const effect = { kind: 'log', status: null, scores: [] } as const;
  return writeRule({ chain, when, effect, removed: [], steps: [] });
}
