import { selects, type Target } from '../fleet/desired-state.ts';
import type { NodeView } from '../pipeline/releases.ts';
import type { Diagnostic } from '../rules/diagnostic.ts';
import { targetText } from './answers/target-text.ts';
import type { OrchestratorErrorCode } from './error-codes.ts';

/**
 * What is surprising about a target: it selects no live node, or names one that is dead. The assignment
 * stands in either case, for the nodes that join or come back. Pure.
 */
export function targetWarnings(target: Target, nodes: readonly NodeView[]): readonly Diagnostic[] {
  const selected = nodes.filter(({ report }) => selects(target, report));
  const dead = selected.filter(({ alive }) => !alive).map(({ report }) => report.id);
  if (selected.length === dead.length) {
    return [warning(`no live node is selected by ${targetText(target)}`, knownNodes(nodes))];
  }
  if (target === 'all' || !('nodes' in target) || dead.length === 0) return [];
  const verb = dead.length === 1 ? 'is' : 'are';
  return [warning(`${dead.sort().join(', ')} ${verb} not alive`, knownNodes(nodes))];
}

function warning(message: string, hint: string): Diagnostic {
  const code = 'WAF_ERR_API_TARGET_EMPTY' satisfies OrchestratorErrorCode;
  return { code, severity: 'warning', pointer: '/target', message, hint };
}

/** e.g. `node-1 (zone=eu), node-2 (dead)`. */
function knownNodes(nodes: readonly NodeView[]): string {
  if (nodes.length === 0) return 'No node has reported yet.';
  const known = nodes.map(({ report, alive }) => {
    const labels = Object.entries(report.labels).map(([name, value]) => `${name}=${value}`);
    const facts = [...labels, ...(alive ? [] : ['dead'])];
    return facts.length === 0 ? report.id : `${report.id} (${facts.join(', ')})`;
  });
  return `The nodes are ${known.sort().join('; ')}. Those that join or come back get it then.`;
}
