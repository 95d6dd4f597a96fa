import { digestOf } from '../artifact/digest.ts';
import type { Settings } from '../config/settings.ts';
import { createLocalDataPlane } from '../node/data-plane/local-data-plane.ts';
import { TokenBuckets } from '../node/proxy/token-buckets.ts';
import type { TrafficEvent } from '../node/traffic/event-ring.ts';
import type { Logger } from '../telemetry/logger.ts';

/** A data plane as every node has it, in this process, on a free port of the loopback address. */
export interface LiveNode {
  readonly port: number;
  /** What was found in the requests since the last call, oldest first. */
  takeEvents(): Promise<readonly TrafficEvent[]>;
  close(): Promise<void>;
}

/** More than one request of a test ever leaves. */
const MOST_EVENTS = 50;

export async function startLiveNode(
  artifact: Uint8Array,
  upstream: string,
  settings: Pick<Settings, 'node' | 'waf'>,
  log: Logger,
): Promise<LiveNode> {
  const { orchestrator_url: _url, orchestrator_key: _key, ...node } = settings.node;
  const plane = await createLocalDataPlane(
    {
      node: { ...node, upstream, workers: 1, host: '127.0.0.1', port: 0 },
      waf: settings.waf,
      signing: { trusted_key_files: [], required: false },
      artifactDir: '',
    },
    { tokens: new TokenBuckets(), now: Date.now, log },
  );
  const module = await plane.stage({
    name: settings.waf.wasm.module.replace(/\.wasm$/, ''),
    digest: digestOf(artifact),
    bytes: artifact,
    stored: Promise.resolve(),
    origin: 'upload',
  });
  await plane.activate(module);
  const { port } = await plane.start();
  let known: TrafficEvent | null = null;
  return {
    port,
    async takeEvents() {
      const fresh: TrafficEvent[] = [];
      for (const event of await plane.events(MOST_EVENTS)) {
        if (event === known) break;
        fresh.push(event);
      }
      known = fresh[0] ?? known;
      return fresh.reverse();
    },
    close: () => plane.close(0),
  };
}
