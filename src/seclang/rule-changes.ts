import type { Chain, Directive, Link, Naming } from './model.ts';
import { toPattern } from './pattern.ts';

/** SecRuleRemoveBy* and SecRuleUpdateTargetBy* of the whole program. */
export interface RuleChanges {
  /** Why the chain is not in force, or null. */
  removal(chain: Chain): string | null;
  /** The links with the changes to the targets of the first. */
  apply(chain: Chain): readonly Link[];
}

export function collectChanges(directives: readonly Directive[]): RuleChanges {
  const removals = directives.filter((each) => each.kind === 'remove');
  const updates = directives.filter((each) => each.kind === 'update');
  return {
    removal(chain) {
      const found = removals.find(({ by, names }) => isNamed(chain, by, names));
      return found === undefined ? null : `removed in ${found.place.file}:${found.place.line}`;
    },
    apply(chain) {
      const more = updates
        .filter(({ by, names }) => isNamed(chain, by, names))
        .flatMap(({ variables }) => variables);
      const [head, ...rest] = chain.links as readonly [Link, ...Link[]];
      return more.length === 0
        ? chain.links
        : [{ ...head, variables: [...head.variables, ...more] }, ...rest];
    },
  };
}

/** Ids may be ranges, `920000-920999`; tags and messages are regular expressions. */
export function isNamed(chain: Chain, by: Naming, names: readonly string[]): boolean {
  if (by === 'id') return names.some((name) => isInRange(chain.id, name));
  const texts = by === 'tag' ? chain.tags : [chain.msg];
  return names.some((name) => texts.some((text) => matches(text, name)));
}

function isInRange(id: string, range: string): boolean {
  const [low = '', high = low] = range.split('-');
  return id !== '' && Number(id) >= Number(low) && Number(id) <= Number(high);
}

function matches(text: string, pattern: string): boolean {
  return text === pattern || toPattern(pattern)?.test(text) === true;
}
