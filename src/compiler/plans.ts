import {
  KINDS,
  SELECTOR_IS_EXCEPT,
  SELECTOR_IS_FIRST,
  SELECTOR_IS_NAMED,
  SELECTOR_IS_PATTERN,
} from '../config/layout.gen.ts';
import type { ByteText } from './byte-text.ts';
import type { LeafRecord, Selector } from './program-model.ts';
import type { ProgramTables } from './program-tables.ts';

/** A node of a plan: one chain of transforms, and the tests that its output is put to. */
export interface PlanNode {
  /** Code of the transform that leads here from the parent; 0 at the root. */
  readonly transform: number;
  /** The chain that ends here; null for a node that only leads to others. */
  readonly chain: number | null;
  /** Some leaf looks for literals without having passed a gate. */
  readonly searched: boolean;
  /** Leaves with a gate, by number. */
  readonly gated: readonly number[];
  readonly children: readonly PlanNode[];
}

/** A name that some selector mentions. */
export interface NameEntry {
  readonly kind: number;
  readonly name: ByteText;
  readonly hasFirst: boolean;
  readonly plan: number;
  /** For the first field of that name; equal to `plan` unless `hasFirst`. */
  readonly firstPlan: number;
}

export interface Plans {
  /** Plan 0 is null: nothing to test. */
  readonly plans: readonly (PlanNode | null)[];
  /** Per kind, the plan of values whose name no selector mentions. */
  readonly kindPlans: readonly number[];
  readonly names: readonly NameEntry[];
}

/** How the tests of a leaf are reached. */
export type LeafGate = 'searched' | 'gated';

/**
 * Sorts the planned leaves by the views that they look at. `gateOf` says how each is reached, null for
 * leaves that no plan lists.
 */
export function makePlans(
  tables: ProgramTables,
  gateOf: (leaf: LeafRecord, index: number) => LeafGate | null,
): Plans {
  const table = new PlanTable(tables);
  const kinds = Array.from({ length: KINDS }, () => new KindLeaves());
  tables.leaves.items.forEach((leaf, index) => {
    const gate = gateOf(leaf, index);
    if (gate === null) return;
    const selectors = tables.targetSets.at(leaf.targetSet);
    for (const kind of new Set(selectors.map((selector) => selector.kind))) {
      kinds[kind]!.add({ index, chain: leaf.chain, gate }, selectors, kind);
    }
  });
  const kindPlans = kinds.map(({ general }) => table.add(general));
  // Names are listed although their plan is that of their kind: views of that name are their own class.
  for (const selector of tables.targetSets.items.flat()) {
    if ((selector.flags & SELECTOR_IS_NAMED) !== 0) kinds[selector.kind]!.mention(selector);
  }
  const names = kinds.flatMap((leaves, kind) => leaves.names(kind, kindPlans[kind]!, table));
  return { plans: table.plans, kindPlans, names };
}

interface Member {
  readonly index: number;
  readonly chain: number;
  readonly gate: LeafGate;
}

/** The leaves that look at views of one kind. */
class KindLeaves {
  readonly general: Member[] = [];
  readonly #named = new Map<ByteText, { extra: Set<Member>; taken: Set<Member>; first: boolean }>();
  readonly #extraFirst = new Map<ByteText, Set<Member>>();

  mention({ name, flags }: Selector): void {
    const entry = this.#entry(name);
    if ((flags & SELECTOR_IS_FIRST) !== 0) entry.first = true;
  }

  #entry(name: ByteText) {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const entry = { extra: new Set<Member>(), taken: new Set<Member>(), first: false };
    this.#named.set(name, entry);
    return entry;
  }

  add(member: Member, selectors: readonly Selector[], kind: number): void {
    const own = selectors.filter((selector) => selector.kind === kind);
    const has = (flags: number, flag: number) => (flags & flag) !== 0;
    // Leaves with a pattern of names see all views of the kind and ask which are meant.
    const exceptions = own.filter(
      ({ flags }) => has(flags, SELECTOR_IS_EXCEPT) && !has(flags, SELECTOR_IS_PATTERN),
    );
    if (exceptions.some(({ flags }) => !has(flags, SELECTOR_IS_NAMED))) return;
    const included = own.filter(({ flags }) => !has(flags, SELECTOR_IS_EXCEPT));
    const isWhole = included.some(({ flags }) => !has(flags, SELECTOR_IS_NAMED));
    if (isWhole) this.general.push(member);
    for (const { name, flags } of isWhole ? [] : included) {
      if (has(flags, SELECTOR_IS_FIRST)) {
        this.#extraFirst.set(name, (this.#extraFirst.get(name) ?? new Set()).add(member));
      } else {
        this.#entry(name).extra.add(member);
      }
    }
    for (const { name } of exceptions) this.#entry(name).taken.add(member);
  }

  names(kind: number, kindPlan: number, table: PlanTable): readonly NameEntry[] {
    return [...this.#named].map(([name, { extra, taken, first: hasFirst }]) => {
      const members = table.with(this.general, kindPlan, extra, taken);
      const firstExtra = new Set([...extra, ...(this.#extraFirst.get(name) ?? [])]);
      const firstPlan = hasFirst ? table.with(this.general, kindPlan, firstExtra, taken) : members;
      return { kind, name, hasFirst, plan: members, firstPlan };
    });
  }
}

/** Different plans, each once. */
class PlanTable {
  readonly plans: (PlanNode | null)[] = [null];
  readonly #tables: ProgramTables;
  readonly #indexes = new Map<string, number>();
  readonly #searched = new Map<number, ReadonlySet<number>>();

  constructor(tables: ProgramTables) {
    this.#tables = tables;
  }

  /** The plan of `general` with some members more and some less, most often the same plan. */
  with(
    general: readonly Member[],
    kindPlan: number,
    extra: ReadonlySet<Member>,
    taken: ReadonlySet<Member>,
  ): number {
    const added = [...extra].filter((member) => !taken.has(member));
    const searched = this.#searched.get(kindPlan) ?? new Set();
    const isSame =
      added.every(({ gate, chain }) => gate === 'searched' && searched.has(chain)) &&
      [...taken].every(({ gate }) => gate === 'searched');
    if (isSame) return kindPlan;
    return this.add([...general.filter((member) => !taken.has(member)), ...added]);
  }

  add(members: readonly Member[]): number {
    if (members.length === 0) return 0;
    const chains = new Map<number, { searched: boolean; gated: Set<number> }>();
    for (const { index, chain, gate } of members) {
      const entry = chains.get(chain) ?? { searched: false, gated: new Set<number>() };
      if (gate === 'searched') entry.searched = true;
      else entry.gated.add(index);
      chains.set(chain, entry);
    }
    const lists = [...chains].map(([chain, { searched, gated }]) => ({
      chain,
      searched,
      gated: [...gated].sort((a, b) => a - b),
    }));
    lists.sort((a, b) => a.chain - b.chain);
    const key = JSON.stringify(lists.map(({ chain, searched, gated }) => [chain, searched, gated]));
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const index = this.plans.push(this.#tree(lists)) - 1;
    this.#indexes.set(key, index);
    this.#searched.set(
      index,
      new Set(lists.filter(({ searched }) => searched).map(({ chain }) => chain)),
    );
    return index;
  }

  #tree(lists: readonly ChainTests[]): PlanNode {
    const root = new OpenNode(0);
    for (const list of lists) {
      let node = root;
      for (const transform of this.#tables.chains.at(list.chain)) node = node.child(transform);
      node.tests = list;
    }
    return root.close();
  }
}

interface ChainTests {
  readonly chain: number;
  readonly searched: boolean;
  readonly gated: readonly number[];
}

class OpenNode {
  readonly #transform: number;
  readonly #children = new Map<number, OpenNode>();
  tests: ChainTests | null = null;

  constructor(transform: number) {
    this.#transform = transform;
  }

  child(transform: number): OpenNode {
    const known = this.#children.get(transform);
    if (known !== undefined) return known;
    const node = new OpenNode(transform);
    this.#children.set(transform, node);
    return node;
  }

  close(): PlanNode {
    return {
      transform: this.#transform,
      chain: this.tests?.chain ?? null,
      searched: this.tests?.searched ?? false,
      gated: this.tests?.gated ?? [],
      children: [...this.#children].sort(([a], [b]) => a - b).map(([, node]) => node.close()),
    };
  }
}
