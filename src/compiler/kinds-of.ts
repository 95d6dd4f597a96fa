import { SELECTOR_IS_EXCEPT } from '../config/layout.gen.ts';
import type { Selector } from './program-model.ts';

/** The kinds of which a target set can select values. */
export function kindsOf(selectors: readonly Selector[]): ReadonlySet<number> {
  const included = selectors.filter(({ flags }) => (flags & SELECTOR_IS_EXCEPT) === 0);
  return new Set(included.map(({ kind }) => kind));
}
