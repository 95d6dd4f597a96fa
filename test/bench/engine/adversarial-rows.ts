import { performance } from 'node:perf_hooks';
import type { InspectionRequest } from '../../../src/engine/verdict.ts';
import type { WafConfig } from '../../../src/rules/model.ts';
import { progress } from '../report/progress.ts';
import { type Row, rowsOf } from '../report/rows.ts';
import { median } from '../report/statistics.ts';
import { plainProse } from '../workload/prose.ts';
import { createRandom } from '../workload/random.ts';
import { collectAtoms } from './adversarial/atoms.ts';
import { type Genome, render } from './adversarial/genome.ts';
import { searchWorst } from './adversarial/search.ts';
import { formRequest } from './body-rows.ts';
import type { RowGroup } from './group.ts';
import { type OurWaf, startOurWaf } from './our-waf.ts';

/** How bytes become a request. `length` counts bytes on the wire, so hostile input pays for its encoding. */
interface Shape {
  readonly name: string;
  readonly length: number;
  /** Share of the search time. */
  readonly share: number;
  request(bytes: Buffer): InspectionRequest;
}

const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data; boundary=x';
/** Opens a part of the multipart shape; the search repeats it as it likes. */
const PART = '\r\n--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n';

const SHAPES: readonly Shape[] = [
  {
    name: 'argument_2k',
    length: 2_048,
    share: 0.25,
    request: (bytes) => ({
      ...formRequest(''),
      method: 'GET',
      uri: `/search?q=${printable(bytes)}`,
      body: null,
    }),
  },
  {
    name: 'body_argument_16k',
    length: 16_384,
    share: 0.25,
    request: (bytes) => formRequest(`text=${unsplit(bytes)}`),
  },
  { name: 'body_128k', length: 131_072, share: 0.2, request: (bytes) => formRequest(bytes) },
  {
    name: 'json_body_128k',
    length: 131_072,
    share: 0.2,
    request: (bytes) => typed('application/json', ['{"a":"', '"}'], bytes),
  },
  {
    name: 'multipart_body_128k',
    length: 131_072,
    share: 0.1,
    request: (bytes) => typed(MULTIPART, [PART.trimStart(), '\r\n--x--\r\n'], bytes),
  },
];

const SEED = 42;
const PROSE_SAMPLES = 5;
const FINAL_RUNS = 15;

/** The worst inputs that a search finds, beside prose of the same shape and length. */
export const adversarialGroup: RowGroup = {
  name: 'adversarial',
  async measure({ reference, crs, searchSeconds }) {
    const rows = attack('adversarial', reference, searchSeconds);
    if (crs) rows.push(...attack('adversarial.crs_pl1', crs, searchSeconds));
    return rows;
  },
};

function attack(prefix: string, config: WafConfig, seconds: number): Row[] {
  const waf = startOurWaf(prefix, config);
  const atoms = [PART, ...collectAtoms(config, createRandom(SEED))];
  let start: Genome[] = [];
  const found = SHAPES.map((shape) => {
    progress(`${prefix}, ${shape.name}: searching among ${atoms.length} atoms`);
    const cost = (genome: Genome) => costOf(waf, shape.request(render(genome, shape.length)));
    start = searchWorst({ seed: SEED, seconds: seconds * shape.share, atoms, start, cost });
    return { shape, ...judgeFinalists(waf, shape, start) };
  });
  const join = prefix.includes('.') ? '_' : '.';
  const worst = found.reduce((a, b) => (b.ratio > a.ratio ? b : a));
  const slowest = found.filter(({ shape }) => shape.length === 131_072);
  return [
    ...rowsOf(`${prefix}${join}ratio`, 'x', worst.ratio),
    ...rowsOf(
      `${prefix}${join}max_ms`,
      'ms',
      Math.max(...slowest.map(({ worstUs }) => worstUs)) / 1000,
    ),
    ...found.flatMap(({ shape, ratio }) =>
      rowsOf(`${prefix}${join}${shape.name}_ratio`, 'x', ratio),
    ),
  ];
}

function costOf(waf: OurWaf, request: InspectionRequest): { steps: number; microseconds: number } {
  const microseconds = timeOf(waf, request);
  return { steps: waf.steps(), microseconds };
}

/** Finalists and prose in turn, so that both meet the same machine; the middle of many runs. */
function judgeFinalists(
  waf: OurWaf,
  shape: Shape,
  genomes: readonly Genome[],
): { readonly ratio: number; readonly worstUs: number } {
  const hostile = genomes.map((genome) => shape.request(render(genome, shape.length)));
  const benign = Array.from({ length: PROSE_SAMPLES }, (_, i) =>
    shape.request(benignBytes(shape, i)),
  );
  const hostileTimes = hostile.map(() => [] as number[]);
  const benignTimes: number[] = [];
  for (let run = -3; run < FINAL_RUNS; run++) {
    for (const request of benign) {
      const time = timeOf(waf, request);
      if (run >= 0) benignTimes.push(time);
    }
    hostile.forEach((request, i) => {
      const time = timeOf(waf, request);
      if (run >= 0) hostileTimes[i]!.push(time);
    });
  }
  const times = hostileTimes.map(median);
  const worstUs = Math.max(...times);
  const worst = genomes[times.indexOf(worstUs)]!;
  const benignUs = median(benignTimes);
  progress(
    `${shape.name}: ${worstUs.toFixed(1)} µs against ${benignUs.toFixed(1)} µs of prose; ` +
      JSON.stringify(render(worst, 60).toString('latin1')),
  );
  return { ratio: worstUs / benignUs, worstUs };
}

/** Prose of the same length, written as the shape's body has it. */
function benignBytes({ name, length }: Shape, index: number): Buffer {
  const prose = plainProse(createRandom(900 + index), length);
  if (name.startsWith('json') || name.startsWith('multipart')) return Buffer.from(prose, 'latin1');
  const text = encodeURIComponent(prose).replaceAll('%20', '+');
  return Buffer.from(`${name === 'body_128k' ? 'text=' : ''}${text}`.slice(0, length), 'latin1');
}

/** A body of another type: `bytes` in the frame of a value, and no longer for it. */
function typed(type: string, frame: readonly [string, string], bytes: Buffer): InspectionRequest {
  const [before, after] = frame.map((text) => Buffer.from(text, 'latin1')) as [Buffer, Buffer];
  const inner = bytes.subarray(0, bytes.length - before.length - after.length);
  const request = formRequest(Buffer.concat([before, inner, after]));
  return { ...request, headers: request.headers.map((text) => (text === FORM ? type : text)) };
}

function timeOf(waf: OurWaf, request: InspectionRequest): number {
  const started = performance.now();
  waf.blocks(request);
  return (performance.now() - started) * 1000;
}

/** Text that stays one argument: everything but the separator is left as it is. */
function unsplit(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll('&', '%26').slice(0, bytes.length);
}

/** The same, with what an HTTP parser does not let through in a request line percent-encoded. */
function printable(bytes: Buffer): string {
  const text = unsplit(bytes).replace(/[^!-"$-~]/g, (letter) => {
    return `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return Buffer.from(text.slice(0, bytes.length), 'latin1').toString('latin1');
}
