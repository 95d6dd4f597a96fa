import type { Control } from './control-actions.ts';
import type { Guard } from './guards.ts';
import type { Chain } from './model.ts';
import { isResponsePhase, requestBodyTarget } from './response-phase.ts';
import { isNamed } from './rule-changes.ts';
import type { WrittenCondition } from './written-rule.ts';

/**
 * Rules of the response phase that a request takes out. A partial `allow` ends with the judgement of the
 * request, so these rules need that its condition does not hold.
 */
export interface Removals {
  /** `note` is told when the response comes too late to know the condition. */
  add(
    chain: Chain,
    controls: readonly Control[],
    when: WrittenCondition,
    note: (reason: string) => void,
  ): void;
  guardsOf(chain: Chain): readonly Guard[];
}

export function createRemovals(): Removals {
  const known: { readonly control: Control; readonly when: WrittenCondition }[] = [];
  return {
    add(chain, controls, when, note) {
      if (isResponsePhase(chain) || controls.length === 0) return;
      const unseen = requestBodyTarget(when);
      if (unseen === undefined) known.push(...controls.map((control) => ({ control, when })));
      else note(`rules of the response phase are not taken out: they do not know ${unseen}`);
    },
    guardsOf(chain) {
      if (!isResponsePhase(chain)) return [];
      return known
        .filter(({ control }) => takesOut(control, chain))
        .map(({ when }) => ({ marker: '', when }));
    },
  };
}

function takesOut(control: Control, chain: Chain): boolean {
  if (control.kind === 'engine-off') return true;
  return control.kind === 'remove' && isNamed(chain, control.by, [control.name]);
}
