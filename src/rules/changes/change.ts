import type { DynamicRuleSettings } from '../../config/settings.ts';
import type { Fault } from '../fault.ts';
import type { StaticRule } from '../list-rules.ts';
import type { Origin, Refused } from '../rule-book.ts';
import type { RuleSetSettings } from '../rule-document.ts';
import type { RuleDraft } from '../rule-draft.ts';

/**
 * A change of the rule document. It may run several times, on other drafts, until one is written; it
 * looks first and alters afterwards.
 */
export type Change = (draft: RuleDraft, context: ChangeContext) => Outcome;

export interface ChangeContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly origin: Origin;
  readonly staticRules: ReadonlyMap<string, StaticRule>;
  readonly limits: DynamicRuleSettings;
  /** `[waf]` of the settings. */
  readonly waf: RuleSetSettings;
}

export type Outcome = Applied | Declined;

export interface Applied {
  readonly ok: true;
  readonly ids: readonly string[];
  readonly pending: readonly string[];
  /** `none`: the document stays as it is. `stored`: nothing to release. Else why a release follows. */
  readonly effect: 'none' | 'stored' | { readonly cause: string };
}

export interface Declined {
  readonly ok: false;
  readonly kind: Refused['kind'];
  readonly faults: readonly Fault[];
}

export const UNCHANGED: Applied = { ok: true, ids: [], pending: [], effect: 'none' };

export function applied(ids: readonly string[], cause: string): Applied {
  return { ok: true, ids, pending: [], effect: { cause } };
}

export function declined(kind: Refused['kind'], ...faults: readonly Fault[]): Declined {
  return { ok: false, kind, faults };
}

export function unknownRule(id: string): Declined {
  return declined('unknown', {
    code: 'WAF_ERR_RULE_ID_UNKNOWN',
    pointer: '',
    message: `there is no rule ${JSON.stringify(id)}`,
    hint: 'GET /api/v1/rules lists the rules.',
    ruleId: id,
  });
}

export function staticRule({ rule, file }: StaticRule): Declined {
  return declined('conflict', {
    code: 'WAF_ERR_RULE_STATIC',
    pointer: '',
    message: `rule ${rule.id} comes from the file ${file}`,
    hint: 'Change the file, or take the rule out of force with the kill switch.',
    ruleId: rule.id,
  });
}
