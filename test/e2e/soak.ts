import { answering, hostile } from '../wasm-fixtures/fixtures.ts';
import { type Fleet, REVISION_HEADER } from './fleet.ts';
import { type Sample, startLoad } from './load.ts';
import { memorySlope, type NodeGauge, readGauges } from './node-gauges.ts';

export interface SoakReport {
  readonly seed: number;
  readonly reloads: Record<string, number>;
  readonly refused_uploads: number;
  readonly requests: { readonly sent: number; readonly answered: number; readonly failed: number };
  readonly failures: Record<string, number>;
  readonly server_errors: number;
  readonly judged: {
    readonly checked: number;
    readonly wrong: number;
    readonly examples: readonly string[];
  };
  /** Per node: MiB of resident memory at start, warm and end, and the slope after warm-up in KiB per reload. */
  readonly memory: readonly {
    readonly node: string;
    readonly warm_mib: number;
    readonly end_mib: number;
    readonly slope_kib_per_reload: number;
  }[];
  readonly longest_stall_ms: number;
  readonly seconds: number;
}

/**
 * Reloads of every kind under continuous load. Each request names a token; the node's revision header
 * says which revision judged it, and the verdict must be the one that this revision's rules give:
 * a request judged by a mixture of two revisions, or by another than it says, is counted as wrong.
 */
export async function soak(
  fleet: Fleet,
  reloads: number,
  seed: number,
  progress: (done: number) => void,
): Promise<SoakReport> {
  const started = performance.now();
  const random = mulberry32(seed);
  const ledger = createLedger();
  // What a node's start cost its event loop is not a stall of a reload; reading resets the maximum.
  await readGauges(fleet);
  const load = startLoad({
    targets: fleet.nodes.map((node) => node.dataUrl),
    connections: 4,
    revisionHeader: REVISION_HEADER,
    nextPath: ledger.nextPath,
    onSample: ledger.record,
  });
  const counts: Record<string, number> = {};
  const gauges: NodeGauge[][] = [];
  let refused = 0;
  for (let done = 0; done < reloads; done++) {
    const kind = pick(random());
    await STEPS[kind](fleet, ledger, random);
    if (kind === 'invalid upload') refused++;
    counts[kind] = (counts[kind] ?? 0) + 1;
    if (done % Math.max(1, Math.floor(reloads / 50)) === 0) gauges.push(await readGauges(fleet));
    progress(done + 1);
  }
  await load.stop();
  gauges.push(await readGauges(fleet));
  return {
    seed,
    reloads: counts,
    refused_uploads: refused,
    requests: load.counts,
    failures: ledger.failures,
    server_errors: ledger.serverErrors(),
    judged: ledger.judge(),
    memory: memorySlope(gauges, reloads),
    longest_stall_ms: Math.max(...gauges.flat().map((gauge) => gauge.stallMs)),
    seconds: Math.round((performance.now() - started) / 1000),
  };
}

type Kind = 'rule' | 'upload' | 'rollback' | 'invalid upload';

function pick(draw: number): Kind {
  if (draw < 0.45) return 'rule';
  if (draw < 0.7) return 'upload';
  return draw < 0.85 ? 'rollback' : 'invalid upload';
}

const FAULTS = [
  'missingExport',
  'importsAbort',
  'dataBeyondSection',
  'endlessLoop',
  'action7',
] as const;

type Step = (fleet: Fleet, ledger: Ledger, random: () => number) => Promise<void>;

const STEPS: Record<Kind, Step> = {
  async rule(fleet, ledger, random) {
    const drop =
      ledger.active.length > 8
        ? ledger.active[Math.floor(random() * ledger.active.length)]
        : undefined;
    const token = `tok${++ledger.lastToken}x`;
    const reply =
      drop === undefined
        ? await fleet.api('POST', '/api/v1/rules', {
            id: token,
            field: 'URI',
            pattern: `/${token}`,
            action: 'block',
          })
        : await fleet.api('DELETE', `/api/v1/rules/${drop}`);
    expectStatus(reply, drop === undefined ? 202 : [200, 202]);
    const revision = String(reply.body.release.revision);
    ledger.release(
      revision,
      drop === undefined
        ? [...ledger.active, token]
        : ledger.active.filter((each) => each !== drop),
    );
    const view = await fleet.api('GET', `/api/v1/releases/${revision}?wait=15000`);
    if (view.body.converged !== true)
      throw new Error(`${revision} did not converge: ${JSON.stringify(view.body)}`);
  },
  async upload(fleet, _, random) {
    const node = fleet.nodes[Math.floor(random() * fleet.nodes.length)]!;
    const reply = await fleet.api(
      'POST',
      `${node.url}/api/v1/wasm/reload`,
      moduleForm('soak-bot', answering(0)),
    );
    expectStatus(reply, 200);
    if (typeof reply.body.downtime_ms !== 'number')
      throw new Error(`no downtime_ms: ${JSON.stringify(reply.body)}`);
  },
  async rollback(fleet, _, random) {
    const node = fleet.nodes[Math.floor(random() * fleet.nodes.length)]!;
    // The very first reloads have nothing before them; the node then says so and goes on.
    const reply = await fleet.api('POST', `${node.url}/api/v1/wasm/rollback`, {});
    expectStatus(reply, [200, 409]);
  },
  async 'invalid upload'(fleet, _, random) {
    const node = fleet.nodes[Math.floor(random() * fleet.nodes.length)]!;
    const fault = FAULTS[Math.floor(random() * FAULTS.length)]!;
    const reply = await fleet.api(
      'POST',
      `${node.url}/api/v1/wasm/reload`,
      moduleForm('soak-bot', hostile[fault]()),
    );
    if (reply.status < 400 || reply.status >= 500)
      throw new Error(`${fault} was answered with ${reply.status}`);
    if (reply.body.success !== false) throw new Error(`${fault}: ${JSON.stringify(reply.body)}`);
  },
};

/** Multipart body of an upload. */
export function moduleForm(name: string, bytes: Uint8Array<ArrayBuffer>): FormData {
  const form = new FormData();
  form.set('name', name);
  form.set('file', new Blob([bytes], { type: 'application/wasm' }), `${name}.wasm`);
  return form;
}

interface Ledger {
  active: string[];
  lastToken: number;
  readonly failures: Record<string, number>;
  nextPath(): string;
  record(sample: Sample): void;
  release(revision: string, tokens: string[]): void;
  serverErrors(): number;
  judge(): SoakReport['judged'];
}

/** What each revision blocks, and what was answered under each revision. */
function createLedger(): Ledger {
  const blockedBy = new Map<string, ReadonlySet<string>>();
  const answers = new Map<string, number>();
  const failures: Record<string, number> = {};
  let turn = 0;
  let serverErrors = 0;
  const ledger: Ledger = {
    active: [],
    lastToken: 0,
    failures,
    nextPath() {
      turn++;
      if (turn % 3 === 0) return `/page/${turn % 50}`;
      return `/tok${Math.max(1, ledger.lastToken - (turn % 12))}x`;
    },
    record(sample) {
      if (sample.failure !== '') failures[sample.failure] = (failures[sample.failure] ?? 0) + 1;
      else if (sample.status >= 500) serverErrors++;
      const key = `${sample.revision} ${sample.path} ${sample.status}`;
      answers.set(key, (answers.get(key) ?? 0) + 1);
    },
    release(revision, tokens) {
      ledger.active = tokens;
      blockedBy.set(revision, new Set(tokens.map((token) => `/${token}`)));
    },
    serverErrors: () => serverErrors,
    judge() {
      const examples: string[] = [];
      let checked = 0;
      let wrong = 0;
      for (const [key, times] of answers) {
        const [revision = '', path = '', status] = key.split(' ');
        const rules = blockedBy.get(revision);
        if (rules === undefined) continue;
        checked += times;
        if ((status === '403') === rules.has(path)) continue;
        wrong += times;
        if (examples.length < 10) examples.push(`${key} ×${times}`);
      }
      return { checked, wrong, examples };
    },
  };
  return ledger;
}

function expectStatus(
  reply: { status: number; body: unknown },
  expected: number | readonly number[],
): void {
  if ([expected].flat().includes(reply.status)) return;
  throw new Error(`expected ${expected}, got ${reply.status}: ${JSON.stringify(reply.body)}`);
}

/** Small seeded generator (Tommy Ettinger's mulberry32), so that a run can be repeated. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
