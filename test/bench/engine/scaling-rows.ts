import { performance } from 'node:perf_hooks';
import type { InspectionRequest } from '../../../src/engine/verdict.ts';
import { interleave, overRounds, type Side } from '../report/interleave.ts';
import { progress } from '../report/progress.ts';
import { type Peer, type Row, rowsOf } from '../report/rows.ts';
import { createWorkload, ROUND_SIZE } from '../workload/workload.ts';
import type { BenchContext, RowGroup } from './group.ts';
import { startOurWaf } from './our-waf.ts';
import { type PatternSet, re2PatternSet, v8PatternSet } from './peers/pattern-sets.ts';
import {
  boundedRegexes,
  escaped,
  literals,
  type SyntheticKind,
  syntheticRules,
} from './synthetic-rules.ts';

const COUNTS: Readonly<Record<SyntheticKind, readonly number[]>> = {
  literal: [10, 100, 1_000, 10_000],
  regex: [100, 10_000],
};

/** Patterns × requests that a loop over patterns is given in one round; it would take hours otherwise. */
const LOOP_BUDGET = 200_000;

/** What 100 times as many rules cost. */
export const scalingGroup: RowGroup = {
  name: 'scaling',
  async measure(context) {
    return [...(await scale('literal', context)), ...(await scale('regex', context))];
  },
};

async function scale(kind: SyntheticKind, context: BenchContext): Promise<Row[]> {
  const counts = context.quick ? [100, 1_000] : COUNTS[kind];
  const sides: Side<number>[] = [];
  for (const count of counts) sides.push(...(await sidesFor(kind, count, context)));
  const samples = await interleave(sides, context.rounds, (round) => {
    progress(`${kind} rules, ${counts.join(', ')}, round ${round}`);
  });
  const cost = (side: string, count: number): number | undefined => {
    const rounds = samples.get(`${side} ${count}`);
    return rounds && overRounds(rounds, (microseconds) => microseconds);
  };
  const rows = counts.flatMap((count) =>
    compared(`scaling.${kind}_${count}_us`, 'µs', (side) => cost(side, count)),
  );
  const largest = counts.at(-1)!;
  const growth = compared(`scaling.${kind}`, 'x', (side) => {
    const [few, many] = [cost(side, 100), cost(side, largest)];
    return few === undefined || many === undefined ? undefined : many / few;
  });
  return [...growth, ...rows];
}

/** Ours and every peer that has the figure; nothing when we have none. */
function compared(name: string, unit: string, figure: (side: string) => number | undefined): Row[] {
  const ours = figure('ours');
  if (ours === undefined) return [];
  const peers: Partial<Record<Peer, number>> = {};
  for (const peer of ['v8-regexp', 're2-set'] as const) {
    const value = figure(peer);
    if (value !== undefined) peers[peer] = value;
  }
  return rowsOf(name, unit, ours, peers);
}

async function sidesFor(
  kind: SyntheticKind,
  count: number,
  { quick }: BenchContext,
): Promise<Side<number>[]> {
  const requestCount = quick ? 200 : ROUND_SIZE;
  const sides: Side<number>[] = [];
  const waf = startOurWaf(`${count} ${kind} rules`, syntheticRules(kind, count));
  if (waf.rules.length === count) {
    sides.push(
      side(
        `ours ${count}`,
        requestCount,
        (request) => request,
        (request) => waf.blocks(request),
      ),
    );
  }
  const patterns = kind === 'literal' ? literals(count).map(escaped) : boundedRegexes(count);
  const loop = Math.max(20, Math.min(requestCount, LOOP_BUDGET / count));
  sides.push(peerSide(`v8-regexp ${count}`, loop, v8PatternSet(patterns)));
  const re2 = await re2PatternSet(patterns);
  if (re2 === null) progress(`RE2.Set cannot hold ${count} ${kind} patterns`);
  else sides.push(peerSide(`re2-set ${count}`, requestCount, re2));
  return sides;
}

function peerSide(name: string, requests: number, set: PatternSet): Side<number> {
  return side(name, requests, scannedText, (text) => set.matches(text));
}

/** The mean over the requests of a round, µs. Preparing is not counted. */
function side<Prepared>(
  name: string,
  count: number,
  prepare: (request: InspectionRequest) => Prepared,
  judge: (prepared: Prepared) => boolean,
): Side<number> {
  return {
    name,
    run(round) {
      const prepared = createWorkload(3_000 + round, ROUND_SIZE)
        .slice(0, count)
        .map(({ request }) => prepare(request));
      const started = performance.now();
      for (const item of prepared) judge(item);
      return ((performance.now() - started) * 1000) / prepared.length;
    },
  };
}

/** What our rules look at, as one text: URI, values of headers, body. Ready-made, in the peers' favour. */
function scannedText({ uri, headers, body }: InspectionRequest): string {
  const values = headers.filter((_, i) => i % 2 === 1);
  const text = [uri, ...values, Buffer.from(body ?? '').toString('latin1')].join('\n');
  return Buffer.from(text, 'latin1').toString('latin1');
}
