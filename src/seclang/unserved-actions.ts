import type { ActionItem } from './model.ts';
import { parseSetVariable } from './set-variable.ts';

/** State that outlives a request, programs, and changes of the response. */
const UNSERVED: ReadonlySet<string> = new Set([
  ...['initcol', 'expirevar', 'deprecatevar', 'setuid', 'setsid', 'setrsc'],
  ...['exec', 'pause', 'setenv', 'append', 'prepend'],
]);

/** Actions of an imported rule that nothing here does. */
export function unservedActions(actions: readonly ActionItem[]): readonly string[] {
  return actions
    .filter(({ name, value }) => {
      return UNSERVED.has(name) || (name === 'setvar' && parseSetVariable(value) === null);
    })
    .map(({ name, value }) => `the action ${name}:${value} has no counterpart`);
}
