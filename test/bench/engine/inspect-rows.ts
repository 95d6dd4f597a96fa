import { interleave, overRounds, type Side } from '../report/interleave.ts';
import { progress } from '../report/progress.ts';
import { type Peer, type Row, rowsOf } from '../report/rows.ts';
import { drawCases, readCorpora } from '../workload/corpora.ts';
import { createWorkload, type LabelledRequest, ROUND_SIZE } from '../workload/workload.ts';
import type { BenchContext, RowGroup } from './group.ts';
import { type OurWaf, startOurWaf } from './our-waf.ts';
import { type Libddwaf, startLibddwaf } from './peers/libddwaf.ts';
import { type ModSecurity, startModSecurity } from './peers/modsecurity.ts';
import { type RoundResult, summarise, timeEach } from './time-each.ts';

type RequestSource = (round: number) => readonly LabelledRequest[];

interface Contestants {
  readonly reference: OurWaf;
  readonly crs: OurWaf | null;
  readonly libddwaf: Libddwaf | null;
  readonly modsecurity: ModSecurity | null;
}

/**
 * Whole inspections, with the detection of the same requests beside them. Every round has requests that
 * no side has seen, so nobody gains from remembering a value, except those that repeat in real traffic.
 */
export const inspectGroup: RowGroup = {
  name: 'inspect',
  async measure(context) {
    const contestants: Contestants = {
      reference: startOurWaf('reference set', context.reference),
      crs: context.crs && startOurWaf('CRS PL1', context.crs),
      libddwaf: await startLibddwaf(),
      modsecurity: await startModSecurity(),
    };
    const count = context.quick ? 400 : ROUND_SIZE;
    const generated: RequestSource = (round) => createWorkload(1_000 + round, count);
    const rows = await compare('inspect', 'generated requests', contestants, context, generated);
    const corpora = readCorpora();
    if (corpora === null)
      progress('the corpora are not beside the project, their rows are left out');
    else {
      const drawn: RequestSource = (round) => drawCases(corpora, 2_000 + round, count);
      rows.push(...(await compare('inspect.corpora', 'corpora', contestants, context, drawn)));
    }
    contestants.modsecurity?.close();
    return rows;
  },
};

async function compare(
  prefix: string,
  title: string,
  contestants: Contestants,
  { rounds }: BenchContext,
  requestsOf: RequestSource,
): Promise<Row[]> {
  const sides = sidesOf(contestants, remember(requestsOf));
  const samples = await interleave(sides, rounds, (round) => progress(`${title}, round ${round}`));
  describeMisses(title, 'reference set', contestants.reference, requestsOf(0));
  if (contestants.crs) describeMisses(title, 'CRS PL1', contestants.crs, requestsOf(0));
  const middle = (side: string, figure: (result: RoundResult) => number) => {
    const results = samples.get(side);
    return results && overRounds(results, figure);
  };
  return ['reference', 'crs_pl1']
    .filter((side) => samples.has(side))
    .flatMap((side) => {
      const name = side === 'reference' ? prefix : `${prefix}.${side}`;
      return FIGURES.flatMap(([suffix, unit, figure]) => {
        const peers: Partial<Record<Peer, number>> = {};
        for (const peer of ['libddwaf', 'modsecurity-crs'] as const) {
          const value = middle(peer, figure);
          if (value !== undefined) peers[peer] = value;
        }
        return rowsOf(rowName(name, suffix), unit, middle(side, figure)!, peers);
      });
    });
}

/** Says on stderr which kinds of attacks got through, and which benign ones did not. */
function describeMisses(
  title: string,
  rules: string,
  waf: OurWaf,
  requests: readonly LabelledRequest[],
): void {
  const missed = new Map<string, number>();
  for (const { request, attack, family } of requests) {
    if (waf.blocks(request) === attack) continue;
    const kind = `${family}${attack ? '' : ' (benign)'}`;
    missed.set(kind, (missed.get(kind) ?? 0) + 1);
  }
  const list = [...missed].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${kind} ${count}`);
  progress(`${title}, ${rules}, misjudged in round 0: ${list.join(', ') || 'none'}`);
}

const FIGURES: readonly (readonly [string, string, (result: RoundResult) => number])[] = [
  ['mean_us', 'µs', ({ meanUs }) => meanUs],
  ['p50_us', 'µs', ({ p50Us }) => p50Us],
  ['p99_us', 'µs', ({ p99Us }) => p99Us],
  ['attacks_found', '% of attacks', ({ foundPct }) => foundPct],
  ['benign_hit', '% of benign', ({ benignPct }) => benignPct],
];

/** `inspect.mean_us`, `inspect.crs_pl1_mean_us`, `inspect.corpora_mean_us`, `inspect.corpora_crs_pl1_mean_us`. */
function rowName(prefix: string, suffix: string): string {
  const [first, ...rest] = prefix.split('.');
  return `${first}.${[...rest, suffix].join('_')}`;
}

function sidesOf(contestants: Contestants, requestsOf: RequestSource): Side<RoundResult>[] {
  const { reference, crs, libddwaf, modsecurity } = contestants;
  const sides = [ourSide('reference', reference, requestsOf)];
  if (crs) sides.push(ourSide('crs_pl1', crs, requestsOf));
  if (libddwaf) {
    sides.push({
      name: 'libddwaf',
      run(round) {
        const requests = requestsOf(round);
        return summarise(requests, timeEach(libddwaf.prepare(requests), libddwaf.matches));
      },
    });
  }
  if (modsecurity) {
    sides.push({
      name: 'modsecurity-crs',
      async run(round) {
        const requests = requestsOf(round);
        return summarise(requests, await modsecurity.judge(requests));
      },
    });
  }
  return sides;
}

function ourSide(name: string, waf: OurWaf, requestsOf: RequestSource): Side<RoundResult> {
  return {
    name,
    run(round) {
      const requests = requestsOf(round);
      return summarise(
        requests,
        timeEach(requests, ({ request }) => waf.blocks(request)),
      );
    },
  };
}

/** The requests of a round are made once and are the same objects for all sides. */
function remember(source: RequestSource): RequestSource {
  let current = Number.NaN;
  let requests: readonly LabelledRequest[] = [];
  return (round) => {
    if (round !== current) requests = source(round);
    current = round;
    return requests;
  };
}
