import { Gap } from './gap.ts';
import type { ActionItem } from './model.ts';

/** `id:1,phase:2,msg:'a, b',t:none`; null when a quote is not closed. */
export function parseActions(text: string): readonly ActionItem[] | null {
  const items: ActionItem[] = [];
  for (const part of splitAtCommas(text)) {
    const match = /^([\w-]+)\s*(?::\s*(.*))?$/s.exec(part);
    if (match === null) return null;
    items.push({ name: match[1]!.toLowerCase(), value: unquote(match[2] ?? '') });
  }
  return items;
}

function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at <= text.length; at++) {
    if (text[at] === '\\' && quoted) at += 1;
    else if (text[at] === "'") quoted = !quoted;
    else if (at === text.length || (text[at] === ',' && !quoted)) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return quoted ? ["'"] : parts.filter((part) => part !== '');
}

function unquote(value: string): string {
  const quoted = /^'(.*)'$/s.exec(value.trim());
  return quoted === null ? value.trim() : quoted[1]!.replaceAll("\\'", "'");
}

/** The value of the last action of that name. */
export function actionValue(actions: readonly ActionItem[], name: string): string | undefined {
  return actions.findLast((action) => action.name === name)?.value;
}

export function actionValues(actions: readonly ActionItem[], name: string): readonly string[] {
  return actions.filter((action) => action.name === name).map(({ value }) => value);
}

export function hasAction(actions: readonly ActionItem[], name: string): boolean {
  return actions.some((action) => action.name === name);
}

/** The marker that `skipAfter` leads to, or null. */
export function skipTarget(actions: readonly ActionItem[]): string | null {
  if (hasAction(actions, 'skip')) throw new Gap('skip with a number of rules; use skipAfter');
  return actionValue(actions, 'skipafter') ?? null;
}
