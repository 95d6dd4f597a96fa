import type { ActionItem, Chain, Directive, Link, Place } from './model.ts';
import { actionValue, actionValues, hasAction } from './parse-actions.ts';

/** The program as it runs: rules and the markers that skips lead to, in order. */
export type Step =
  | { readonly kind: 'chain'; readonly chain: Chain }
  | { readonly kind: 'marker'; readonly name: string };

export interface Assembled {
  readonly steps: readonly Step[];
  /** SecDefaultAction by phase. */
  readonly defaults: ReadonlyMap<number, readonly ActionItem[]>;
  /** Chains that nothing ends. */
  readonly broken: readonly Place[];
}

const PHASES: ReadonlyMap<string, number> = new Map([
  ['request', 2],
  ['response', 4],
  ['logging', 5],
]);

/** Joins each rule with the rules chained to it. */
export function assembleChains(directives: readonly Directive[]): Assembled {
  const steps: Step[] = [];
  const defaults = new Map<number, readonly ActionItem[]>();
  const broken: Place[] = [];
  let open: Link[] = [];
  for (const directive of directives) {
    if (directive.kind === 'rule') {
      open.push(directive.link);
      if (hasAction(directive.link.actions, 'chain')) continue;
      steps.push({ kind: 'chain', chain: toChain(open) });
      open = [];
      continue;
    }
    if (open.length > 0) broken.push(open[0]!.place);
    open = [];
    if (directive.kind === 'marker') steps.push({ kind: 'marker', name: directive.name });
    if (directive.kind === 'default') defaults.set(phaseOf(directive.actions), directive.actions);
  }
  if (open.length > 0) broken.push(open[0]!.place);
  return { steps, defaults, broken };
}

function toChain(links: readonly Link[]): Chain {
  const [head] = links as readonly [Link];
  return {
    place: head.place,
    id: actionValue(head.actions, 'id') ?? '',
    phase: phaseOf(head.actions),
    links,
    tags: actionValues(head.actions, 'tag'),
    msg: actionValue(head.actions, 'msg') ?? '',
  };
}

function phaseOf(actions: readonly ActionItem[]): number {
  const written = actionValue(actions, 'phase') ?? '2';
  return PHASES.get(written.toLowerCase()) ?? Number(written);
}
