import { createFilesystemArchive } from '../../artifact/archive/filesystem-archive.ts';
import { LIMITS } from '../../config/limits.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { NodeError } from '../node-error.ts';
import type { DataPlane, StagedReload } from './data-plane.ts';
import { IpcChannel } from './ipc-channel.ts';
import { createLocalDataPlane } from './local-data-plane.ts';
import { type Configure, identify, type WorkerCandidate } from './worker-protocol.ts';

/** What a worker is told beside the settings. */
interface WorkerExtras {
  readonly logLevel: 'info';
  /** Somebody wants traffic events. */
  readonly publishes: boolean;
}

/** Entry of a data-plane worker process. It does what the primary says and ends with it. */
let plane: DataPlane;
let config: Configure;
const staged = new Map<number, StagedReload>();
let tokens = 0;

const channel = new IpcChannel(
  {
    send: (message) => process.send!(message),
    onMessage: (listener) => process.on('message', listener),
  },
  {
    async configure(given: Configure & WorkerExtras) {
      config = given;
      const log = createLogger({ level: given.logLevel }, `${given.node.id}.${process.pid}`);
      const limits = { take: (key: string, size: object, now: number) => ask({ key, size, now }) };
      const publish = given.publishes ? { publish: sendEvents } : {};
      plane = await createLocalDataPlane(given, {
        ...{ tokens: limits, now: Date.now, log },
        ...publish,
      });
      return null;
    },
    async stage(candidate: WorkerCandidate) {
      const handle = await plane.stage({ ...candidate, ...(await readStored(candidate.digest)) });
      tokens += 1;
      staged.set(tokens, handle);
      return tokens;
    },
    activate: (token: number) => plane.activate(takeStaged(token)),
    discard: (token: number) => plane.discard(takeStaged(token)),
    rollback: (name: string) => plane.rollback(name),
    remove: (name: string) => plane.remove(name),
    modules: () => plane.modules().map(identify),
    listen: () => plane.start(),
    totals: () => plane.totals(),
    events: (limit: number) => plane.events(limit),
    close: (graceMs: number) => plane.close(graceMs),
  },
);

/** The answer comes when the primary has handed them to NATS, so a slow server is felt here. */
async function sendEvents(events: readonly object[]): Promise<void> {
  await channel.call('publish', events);
}

function ask(request: object): Promise<number> {
  return channel.call<number>('take', request);
}

async function readStored(digest: string): Promise<{ bytes: Uint8Array; stored: Promise<void> }> {
  const bytes = await createFilesystemArchive(config.artifactDir).get(
    digest,
    LIMITS.artifact.max_bytes,
  );
  if (bytes !== undefined) return { bytes, stored: Promise.resolve() };
  throw new NodeError('WAF_ERR_NODE_WORKER_REFUSED', `${digest} is not in the module store`);
}

function takeStaged(token: number): StagedReload {
  const handle = staged.get(token);
  staged.delete(token);
  if (handle === undefined) throw new Error(`nothing is staged under ${token}`);
  return handle;
}

// A terminal sends its signals to the whole group; the primary tells when to stop.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

void channel.call('ready').catch(() => {});
