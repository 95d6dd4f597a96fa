import type { Fault } from './fault.ts';
import type { Rule } from './model.ts';
import { type ConditionNode, isLeaf } from './walk-condition.ts';

const OF_RESPONSE = /^response\./;
/** Targets made of the body of a request, which is gone when its response is judged. */
const OF_REQUEST_BODY = /^(?:body|files|args)\./;

/**
 * A rule that looks at a response is judged when the response has come. What does not go together with
 * that is refused. Pointers are into the rule.
 */
export function checkPhase({ action }: Rule, nodes: readonly ConditionNode[]): Fault[] {
  const faults: Fault[] = [];
  const limit = 'ratelimit' in action ? action.ratelimit : null;
  if (limit !== null && OF_RESPONSE.test(limit.key)) {
    const message = `${limit.key} is not known yet when requests are counted`;
    faults.push(fault('/action/ratelimit/key', message, 'Name a value of the request: client.ip.'));
  }
  const targets = nodes.flatMap(targetsOf);
  if (!targets.some(({ target }) => OF_RESPONSE.test(target))) return faults;
  if (limit !== null) {
    const message = 'a rule that looks at responses cannot limit the rate of requests';
    faults.push(fault('/action', message, 'Use block, log, allow or score.'));
  }
  for (const { target, pointer } of targets) {
    if (!OF_REQUEST_BODY.test(target)) continue;
    const message = `${target} is not there any more when the response is judged`;
    faults.push(fault(pointer, message, 'Look at the URI, the query or the headers instead.'));
  }
  return faults;
}

function targetsOf({ condition, pointer }: ConditionNode): { target: string; pointer: string }[] {
  if (!isLeaf(condition)) return [];
  return condition.target.map((target, i) => ({ target, pointer: `${pointer}/target/${i}` }));
}

function fault(pointer: string, message: string, hint: string): Fault {
  return { code: 'WAF_ERR_RULE_PHASE', pointer, message, hint };
}
