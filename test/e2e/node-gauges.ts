import type { Fleet } from './fleet.ts';

export interface NodeGauge {
  readonly node: string;
  readonly residentBytes: number;
  readonly stallMs: number;
}

/** Resident memory and the longest event-loop delay since the last scrape, from each node's /metrics. */
export function readGauges(fleet: Fleet): Promise<NodeGauge[]> {
  return Promise.all(
    fleet.nodes.map(async (node) => {
      const text = await (await fetch(`${node.url}/metrics`)).text();
      return {
        node: node.name,
        residentBytes: value(text, 'process_resident_memory_bytes'),
        stallMs: value(text, 'nodejs_eventloop_lag_max_seconds') * 1000,
      };
    }),
  );
}

/** Least-squares slope over the second half of the samples: the first half is warm-up. */
export function memorySlope(gauges: readonly (readonly NodeGauge[])[], reloads: number) {
  const settled = gauges.slice(Math.floor(gauges.length / 2));
  const reloadsPerSample = reloads / gauges.length;
  return (gauges.at(-1) ?? []).map((last, index) => {
    const mib = settled.map((row) => row[index]!.residentBytes / 2 ** 20);
    return {
      node: last.node,
      warm_mib: round(mib[0] ?? 0),
      end_mib: round(mib.at(-1) ?? 0),
      slope_kib_per_reload: round((slope(mib) * 1024) / reloadsPerSample),
    };
  });
}

function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  let above = 0;
  let below = 0;
  values.forEach((each, x) => {
    above += (x - middle) * (each - mean);
    below += (x - middle) ** 2;
  });
  return below === 0 ? 0 : above / below;
}

function value(text: string, metric: string): number {
  const line = text
    .split('\n')
    .find((each) => each.startsWith(`${metric} `) || each.startsWith(`${metric}{`));
  if (line === undefined) throw new Error(`metric ${metric} is missing`);
  return Number(line.slice(line.lastIndexOf(' ') + 1));
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
