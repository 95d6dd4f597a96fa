import { performance } from 'node:perf_hooks';
import type { InspectionRequest } from '../../../src/engine/verdict.ts';
import { interleave, overRounds, type Side } from '../report/interleave.ts';
import { progress } from '../report/progress.ts';
import { type Row, rowsOf } from '../report/rows.ts';
import { plainProse } from '../workload/prose.ts';
import { createRandom } from '../workload/random.ts';
import type { RowGroup } from './group.ts';
import { type OurWaf, startOurWaf } from './our-waf.ts';

const BODY_BYTES = 65_536;
const BODIES_PER_ROUND = 12;
const SHAPES = [
  ['one_argument', 1],
  ['64_arguments', 64],
] as const;

/** How fast long prose is let through. */
export const bodyGroup: RowGroup = {
  name: 'body',
  async measure({ reference, crs, rounds }) {
    const wafs: [string, OurWaf][] = [['reference', startOurWaf('reference set', reference)]];
    if (crs) wafs.push(['crs_pl1', startOurWaf('CRS PL1', crs)]);
    const sides = wafs.flatMap(([rules, waf]) =>
      SHAPES.map(([shape, parts]) => bodySide(`body.${rules}_${shape}`, waf, parts)),
    );
    const samples = await interleave(sides, rounds, (round) => progress(`bodies, round ${round}`));
    return sides.flatMap(({ name }): Row[] =>
      rowsOf(
        `${name}_mb_s`,
        'MB/s',
        overRounds(samples.get(name)!, (speed) => speed),
      ),
    );
  },
};

/** Megabytes a second, of bodies that were not seen before. */
function bodySide(name: string, waf: OurWaf, parts: number): Side<number> {
  return {
    name,
    run(round) {
      const requests = Array.from({ length: BODIES_PER_ROUND }, (_, i) =>
        formRequest(prosePairs(round * 100 + i, BODY_BYTES, parts)),
      );
      let bytes = 0;
      const started = performance.now();
      for (const request of requests) {
        waf.blocks(request);
        bytes += request.body!.length;
      }
      const seconds = (performance.now() - started) / 1000;
      if (waf.instance.budgetExhausted || waf.instance.truncated) {
        progress(`${name}: the inspection stopped early, its speed means nothing`);
      }
      return bytes / 1e6 / seconds;
    },
  };
}

/** A form of `parts` arguments that hold about `bytes` of prose together, spaces as `+`. */
export function prosePairs(seed: number, bytes: number, parts: number): string {
  const random = createRandom(seed);
  const each = Math.floor(bytes / parts);
  return Array.from(
    { length: parts },
    (_, i) =>
      `text${i}=${plainProse(random, each)
        .replace(/[^A-Za-z0-9 ]/g, encodeURIComponent)
        .replaceAll(' ', '+')}`,
  )
    .join('&')
    .slice(0, bytes);
}

export function formRequest(body: string | Uint8Array): InspectionRequest {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
  return {
    method: 'POST',
    uri: '/reviews',
    version: 'HTTP/1.1',
    sourceIp: '198.51.100.7',
    headers: [
      'host',
      'www.example-shop.com',
      'user-agent',
      'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
      'accept',
      '*/*',
      'content-type',
      'application/x-www-form-urlencoded',
      'content-length',
      String(bytes.length),
    ],
    body: bytes,
    now: Date.UTC(2026, 10, 1),
  };
}
