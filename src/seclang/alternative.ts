import type { GroupSources } from './link-groups.ts';
import type { TransactionVariables } from './transaction-variables.ts';
import type { ValueTest } from './value-test.ts';
import { oneOrMany, type WrittenCondition, type WrittenLeaf } from './written-rule.ts';

/** What a condition is built from. */
export interface ConditionSources extends GroupSources {
  readonly tx: TransactionVariables;
  /** Text of a data file that `file` names. */
  readonly data: (name: string, file: string) => string | undefined;
}

/** The members of an `all` while it is built, link by link. */
export interface Alternative {
  readonly sources: ConditionSources;
  /** Leaves that only bind a name stand before what uses it, and never before `on: "matched"`. */
  readonly bindings: WrittenLeaf[];
  readonly members: WrittenCondition[];
  /** What has to hold besides; stands last. */
  readonly guards: WrittenCondition[];
  /** The leaf of the link before. */
  previous: WrittenLeaf | null;
  /** The last leaf with a regular expression whose groups TX:0 to TX:9 are. */
  captured: { readonly leaf: WrittenLeaf; readonly regex: string } | null;
}

export function createAlternative(sources: ConditionSources): Alternative {
  return { sources, bindings: [], members: [], guards: [], previous: null, captured: null };
}

export function targeted(
  target: readonly string[],
  asked: ValueTest,
  except: readonly string[] = [],
): WrittenLeaf {
  const { transforms, ...rest } = asked;
  return {
    target: oneOrMany(target),
    ...(except.length === 0 ? {} : { except: oneOrMany(except) }),
    ...(transforms === undefined ? {} : { transforms }),
    ...rest,
  };
}
