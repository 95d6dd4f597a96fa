import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { digestOf } from '../../../src/artifact/digest.ts';
import { inspectWithSet } from '../../../src/engine/inspect-with-set.ts';
import { createModuleSlots, type ModuleSlots } from '../../../src/engine/module-slots.ts';
import type { InspectionRequest } from '../../../src/engine/verdict.ts';
import { buildUniversalWaf } from '../../../src/pipeline/build-universal-waf.ts';
import type { WafConfig } from '../../../src/rules/model.ts';
import { progress } from '../report/progress.ts';
import { rowsOf } from '../report/rows.ts';
import { median, quantile } from '../report/statistics.ts';
import { createWorkload } from '../workload/workload.ts';
import type { RowGroup } from './group.ts';
import { ENGINE_FILE } from './our-waf.ts';
import { libddwafLiteralRules, startLibddwaf } from './peers/libddwaf.ts';
import { literals, syntheticRules } from './synthetic-rules.ts';

const RULES = 1_000;
const MODULE = 'universal-waf';
const WARM_SWAPS = 5;

/** What a change of rules does to a process that serves. */
export const swapGroup: RowGroup = {
  name: 'swap',
  async measure({ quick }) {
    const swaps = quick ? 20 : 200;
    const own = await swapOften(swaps);
    const theirs = await libddwafStalls(quick ? 5 : 40);
    const stalls = (share: number) => ({ ...(theirs && { libddwaf: quantile(theirs, share) }) });
    return [
      ...rowsOf('swap.stall_ms', 'ms', quantile(own.stallsMs, 0.99), stalls(0.99)),
      ...rowsOf('swap.stall_p50_ms', 'ms', median(own.stallsMs), stalls(0.5)),
      ...rowsOf('swap.first_request_ratio', 'x', median(own.firstUs) / median(own.warmUs)),
      ...rowsOf('swap.first_request_us', 'µs', median(own.firstUs)),
    ];
  },
};

interface Swaps {
  /** Longest pause of the event loop during each swap. */
  readonly stallsMs: number[];
  readonly firstUs: number[];
  readonly warmUs: number[];
}

/** Two artifacts of one engine take turns, as releases do, while requests are judged between. */
async function swapOften(count: number): Promise<Swaps> {
  const engine = readFileSync(ENGINE_FILE);
  const config = syntheticRules('literal', RULES + 1);
  const artifacts = [
    artifactOf(engine, { ...config, rules: config.rules.slice(0, RULES) }),
    artifactOf(engine, { ...config, rules: config.rules.slice(1) }),
  ];
  const slots = createModuleSlots({
    keepPrevious: 1,
    fuelLimit: 1_000_000,
    trustedEngines: new Set([digestOf(engine)]),
  });
  const requests = createWorkload(77, 400).map(({ request }) => request);
  const swaps: Swaps = { stallsMs: [], firstUs: [], warmUs: [] };
  for (let i = -WARM_SWAPS; i < count; i++) {
    const stall = await watchEventLoop(async () => {
      const options = { trustedKeys: new Map(), requireSignature: false };
      slots.activate(await slots.stage(MODULE, artifacts[Math.abs(i) % 2]!, options));
    });
    const request = requests[Math.abs(i) % requests.length]!;
    const first = judge(slots, request);
    for (const other of requests) judge(slots, other);
    if (i < 0) continue;
    swaps.stallsMs.push(stall);
    swaps.firstUs.push(first);
    swaps.warmUs.push(median(Array.from({ length: 9 }, () => judge(slots, request))));
  }
  progress(`${count} swaps of ${artifacts[0]!.length} bytes`);
  return swaps;
}

/** The longest time in which the event loop did not come round, less nothing: GC and all. Milliseconds. */
async function watchEventLoop(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let watching = true;
  const tick = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (watching) setImmediate(tick);
  };
  await new Promise<void>((resolve) => setImmediate(resolve));
  last = performance.now();
  setImmediate(tick);
  await work();
  await new Promise<void>((resolve) => setImmediate(resolve));
  watching = false;
  return longest;
}

function judge(slots: ModuleSlots, request: InspectionRequest): number {
  const set = slots.acquire();
  const started = performance.now();
  inspectWithSet(set, request);
  const elapsed = performance.now() - started;
  slots.release(set);
  return elapsed * 1000;
}

function artifactOf(engine: Uint8Array, config: WafConfig): Uint8Array {
  const built = buildUniversalWaf({
    config,
    engine,
    revision: 'v1',
    semver: '1.0.0',
    createdAt: '2026-01-01T00:00:00.000Z',
  });
  if (!built.ok) throw new Error(built.diagnostics[0]!.message);
  return built.bytes;
}

/** The same change there: the call blocks, so its duration is the pause. */
async function libddwafStalls(count: number): Promise<number[] | null> {
  const words = literals(RULES + 1);
  const sets = [libddwafLiteralRules(words.slice(0, RULES)), libddwafLiteralRules(words.slice(1))];
  const peer = await startLibddwaf(sets[0]);
  return (
    peer &&
    Array.from({ length: count }, (_, i) => {
      const started = performance.now();
      peer.instance.createOrUpdateConfig(sets[i % 2]!, 'bench');
      // What changed takes effect with the next context.
      peer.instance.createContext().dispose();
      return performance.now() - started;
    })
  );
}
