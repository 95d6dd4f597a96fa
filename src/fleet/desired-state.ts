/**
 * What the fleet should run: one small JSON document in JetStream KV (bucket `secbeat_fleet`, key
 * `desired`), changed by compare-and-set only. Nodes derive from it what they run; the hint on
 * `secbeat.wasm.reload` only makes that fast.
 */
export interface DesiredState {
  readonly format: 1;
  /** Module name → what should run under that name. */
  readonly modules: Readonly<Record<string, DesiredModule>>;
  /** Name of a module that was taken off → the highest revision it had, so that no recovery brings it back. */
  readonly removed?: Readonly<Record<string, string>>;
}

export interface DesiredModule {
  readonly name: string;
  /** Modules run in ascending order, equal orders by name; `universal-waf` is 0. */
  readonly order: number;
  /** The last assignment whose target selects a node is the one that node runs. */
  readonly assignments: readonly Assignment[];
}

/** One artifact for some nodes. */
export interface Assignment {
  readonly target: Target;
  /** `v<N>`, monotonic over all modules of the fleet. */
  readonly revision: string;
  readonly semver: string;
  /** `sha256:<hex>` of the artifact; also its name in the Object Store bucket `secbeat_artifacts`. */
  readonly digest: string;
  readonly size: number;
  /** Milliseconds since the epoch, publisher's clock. */
  readonly published_at: number;
}

/** Which nodes: everyone, named nodes, or nodes that carry all of the labels. */
export type Target =
  | 'all'
  | { readonly nodes: readonly string[] }
  | { readonly labels: Readonly<Record<string, string>> };

/** The assignment of `module` for a node, or undefined when none selects it. Pure. */
export function assignmentFor(
  module: DesiredModule,
  node: { readonly id: string; readonly labels: Readonly<Record<string, string>> },
): Assignment | undefined {
  return module.assignments.findLast((assignment) => selects(assignment.target, node));
}

/** Whether a target selects a node. Pure. */
export function selects(
  target: Target,
  node: { readonly id: string; readonly labels: Readonly<Record<string, string>> },
): boolean {
  if (target === 'all') return true;
  if ('nodes' in target) return target.nodes.includes(node.id);
  return Object.entries(target.labels).every(([key, value]) => node.labels[key] === value);
}
