import type { Target } from '../fleet/desired-state.ts';
import type { Releases } from '../pipeline/releases.ts';
import { ApiError } from './api-error.ts';

const LABEL = 'label:';

/**
 * The text form of a target: `all` (or nothing), node ids `node-1,node-2`, or labels
 * `label:zone=eu,label:rack=3` that a node must all carry.
 */
export function parseTarget(text: string | undefined): Target {
  const parts = (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0 || (parts.length === 1 && parts[0] === 'all')) return 'all';
  const labels = parts.filter((part) => part.startsWith(LABEL));
  if (labels.length === 0 && !parts.includes('all')) return { nodes: [...new Set(parts)] };
  if (labels.length === parts.length) return { labels: parseLabels(labels) };
  throw invalid(`target "${text}" mixes node ids, labels or "all"`);
}

function parseLabels(parts: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const part of parts) {
    const [name = '', ...rest] = part.slice(LABEL.length).split('=');
    const value = rest.join('=');
    if (name === '' || value === '') throw invalid(`"${part}" is not label:<name>=<value>`);
    if (labels[name] !== undefined && labels[name] !== value) {
      throw invalid(`no node can carry both ${name}=${labels[name]} and ${name}=${value}`);
    }
    labels[name] = value;
  }
  return labels;
}

function invalid(message: string): ApiError {
  return new ApiError(
    422,
    'WAF_ERR_API_TARGET',
    message,
    'Use "all", node ids such as "node-1,node-2", or labels such as "label:zone=eu".',
  );
}

/** Throws when the target names a node that has never reported: most likely a typing mistake. */
export async function assertNodesKnown(
  target: Target,
  releases: Pick<Releases, 'nodes'>,
): Promise<void> {
  if (target === 'all' || !('nodes' in target)) return;
  const known = (await releases.nodes()).map(({ report }) => report.id);
  const unknown = target.nodes.filter((id) => !known.includes(id));
  if (unknown.length === 0) return;
  throw new ApiError(
    404,
    'WAF_ERR_API_NODE_UNKNOWN',
    `no node has the id ${unknown.map((id) => `"${id}"`).join(', ')}`,
    known.length === 0 ? 'No node has reported yet.' : `The nodes are ${known.join(', ')}.`,
  );
}
