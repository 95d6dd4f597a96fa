import { Gap } from './gap.ts';
import type { ActionItem, Naming, Variable } from './model.ts';
import { actionValues } from './parse-actions.ts';
import { parseVariables } from './parse-variables.ts';

/** What a `ctl` action does to the rules after it, for one request. */
export type Control =
  | { readonly kind: 'remove'; readonly by: Naming; readonly name: string }
  | {
      readonly kind: 'exclude';
      readonly by: Naming;
      readonly name: string;
      readonly variables: readonly Variable[];
    }
  | { readonly kind: 'engine-off' };

/** Of these no verdict depends: logging, and bodies, which the engine always reads. */
const WITHOUT_EFFECT = /^(?:audit\w+|debugloglevel|forcerequestbodyvariable|requestbodyaccess=on)/;

/** Throws Gap for what has no counterpart. */
export function controlsOf(actions: readonly ActionItem[]): readonly Control[] {
  return actionValues(actions, 'ctl')
    .filter((text) => !WITHOUT_EFFECT.test(text.toLowerCase()))
    .map(parseControl);
}

function parseControl(text: string): Control {
  const [written = '', value = ''] = splitOnce(text, '=');
  const naming = /^rule(remove|removetarget)by(id|tag|msg)$/.exec(written.toLowerCase().trim());
  if (naming !== null) {
    const by = naming[2] as Naming;
    if (naming[1] === 'remove') return { kind: 'remove', by, name: value };
    const [name = '', list = ''] = splitOnce(value, ';');
    const variables = parseVariables(list);
    if (variables !== null) return { kind: 'exclude', by, name, variables };
  }
  if (/^ruleengine=off$/i.test(text)) return { kind: 'engine-off' };
  throw new Gap(`ctl:${text}`);
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
