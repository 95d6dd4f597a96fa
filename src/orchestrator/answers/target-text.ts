import type { Target } from '../../fleet/desired-state.ts';

/** A target as it is written in requests: `all`, `node-1,node-2` or `label:zone=eu,label:rack=3`. */
export function targetText(target: Target): string {
  if (target === 'all') return 'all';
  if ('nodes' in target) return target.nodes.join(',');
  const labels = Object.entries(target.labels).map(([name, value]) => `label:${name}=${value}`);
  return labels.join(',');
}
