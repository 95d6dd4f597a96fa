import type { NodeReport } from '../../fleet/node-report.ts';
import type { NodeView } from '../../pipeline/releases.ts';
import { timestamp } from './timestamp.ts';

type Counters = NodeReport['counters'];

/** Reports carry sums, not rules, so neither does this. */
export interface ThreatsAnswer {
  readonly timestamp: string;
  /** Of the nodes that are alive. */
  readonly totals: Counters;
  /** By id; those that fell silent keep their last numbers. */
  readonly nodes: readonly (Counters & {
    readonly id: string;
    readonly alive: boolean;
    readonly since: string;
    readonly reported_at: string;
  })[];
}

export function threatsAnswer(nodes: readonly NodeView[], now: number): ThreatsAnswer {
  const live = nodes.filter(({ alive }) => alive);
  const sum = (key: keyof Counters) =>
    live.reduce((total, { report }) => total + report.counters[key], 0);
  return {
    timestamp: timestamp(now),
    totals: {
      requests: sum('requests'),
      blocked: sum('blocked'),
      rate_limited: sum('rate_limited'),
      logged: sum('logged'),
    },
    nodes: [...nodes]
      .sort((a, b) => (a.report.id < b.report.id ? -1 : 1))
      .map(({ report, alive }) => ({
        ...{ id: report.id, alive },
        since: timestamp(report.started_at),
        reported_at: timestamp(report.reported_at),
        ...report.counters,
      })),
  };
}
