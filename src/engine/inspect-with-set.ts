import type { SetVerdict } from './module-slot.ts';
import type { ModuleTrap } from './module-trap.ts';
import type { RunningModule, RunningSet } from './running-set.ts';
import {
  ACTION_ALLOW,
  ACTION_BLOCK,
  ACTION_LOG,
  ACTION_RATE_LIMIT,
  type ActionCode,
  type Explanation,
  type InspectionRequest,
} from './verdict.ts';

/** The judgement of a set, with what every module had to say. */
export interface RunningVerdict extends SetVerdict {
  /** Modules that decided, matched or logged something, in the order they ran. */
  readonly explained: readonly {
    readonly module: RunningModule;
    readonly explanation: Explanation;
  }[];
  /** Modules that failed at this request. */
  readonly failed: readonly { readonly module: RunningModule; readonly error: ModuleTrap }[];
}

/** Which action wins. */
const STRICTNESS: Readonly<Record<ActionCode, number>> = {
  [ACTION_ALLOW]: 0,
  [ACTION_LOG]: 1,
  [ACTION_RATE_LIMIT]: 2,
  [ACTION_BLOCK]: 3,
};

const SILENT = { module: null, explanation: null, explained: [], failed: [] } as const;
const PLAIN_ALLOW: RunningVerdict = Object.freeze({ ...SILENT, action: 0, failure: null });
const NOT_READY: RunningVerdict = Object.freeze({ ...SILENT, action: 0, failure: 'not_ready' });

/**
 * Runs all modules over one request. The strictest action wins, the first module among equals. A
 * module that fails does not keep the others from judging. `module` and `explanation` are those of
 * the winner; when the action is Allow, those of the first module in which something matched.
 * A request in which nothing matches gets a constant: nothing is allocated for it. A response is
 * judged by the modules that have rules for responses.
 */
export function inspectWithSet(set: RunningSet, request: InspectionRequest): RunningVerdict {
  if (set.modules.length === 0) return NOT_READY;
  let explained: { module: RunningModule; explanation: Explanation }[] | null = null;
  let failed: { module: RunningModule; error: ModuleTrap }[] | null = null;
  let failure: SetVerdict['failure'] = null;
  for (const module of set.modules) {
    const { inspector } = module;
    if (request.response !== undefined && !inspectsResponses(module)) continue;
    let action: ActionCode;
    try {
      action = inspector.inspect(request);
    } catch (error) {
      failed ??= [];
      failed.push({ module, error: error as ModuleTrap });
      failure ??= (error as ModuleTrap).kind;
      continue;
    }
    if (inspector.budgetExhausted) failure ??= 'budget';
    else if (inspector.unreadable) failure ??= 'trap';
    else if (action === ACTION_ALLOW && inspector.matchCount === 0) continue;
    explained ??= [];
    explained.push({ module, explanation: inspector.explain() });
  }
  if (explained === null && failed === null) return PLAIN_ALLOW;
  return verdictOf(explained ?? [], failed ?? [], failure);
}

function inspectsResponses({ inspects_response = 'none' }: RunningModule): boolean {
  return inspects_response !== 'none';
}

function verdictOf(
  explained: RunningVerdict['explained'],
  failed: RunningVerdict['failed'],
  failure: SetVerdict['failure'],
): RunningVerdict {
  let winner = explained[0];
  for (const candidate of explained) {
    const strictness = STRICTNESS[candidate.explanation.action];
    if (winner && strictness > STRICTNESS[winner.explanation.action]) winner = candidate;
  }
  const { module = null, explanation = null } = winner ?? {};
  return {
    action: explanation?.action ?? ACTION_ALLOW,
    module,
    explanation,
    explained,
    failed,
    failure,
  };
}
