import { readFile } from 'node:fs/promises';
import { digestOf } from '../../artifact/digest.ts';
import { loadTrustedKeys } from '../../artifact/signing-key.ts';
import { packagePath } from '../../config/package-root.ts';
import { inspectWithSet } from '../../engine/inspect-with-set.ts';
import {
  createModuleSlots,
  describeModule,
  type ModuleSlots,
  type SlotActivation,
  type StagedModule,
} from '../../engine/module-slots.ts';
import type { RunningSet } from '../../engine/running-set.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { createClientAddress } from '../proxy/client-address.ts';
import type { TokenSource } from '../proxy/proxy-deps.ts';
import { type ProxyServer, startProxyServer } from '../proxy/proxy-server.ts';
import { createRequestIds } from '../proxy/request-id.ts';
import { createResponseInspector } from '../proxy/response-inspection.ts';
import { createUpstream } from '../proxy/upstream.ts';
import type { PublishEvents } from '../traffic/event-outbox.ts';
import { EventRing } from '../traffic/event-ring.ts';
import { createEventMask } from '../traffic/mask-event.ts';
import { TrafficCounters } from '../traffic/traffic-counters.ts';
import { TrafficObserver } from '../traffic/traffic-observer.ts';
import type { Activation, DataPlane, StagedReload } from './data-plane.ts';
import { type DataPlaneConfig, defaultModuleName } from './data-plane-config.ts';
import { createEventLoopLag } from './event-loop-lag.ts';

/** The data plane of one process: its modules and its proxy. */
export async function createLocalDataPlane(
  config: DataPlaneConfig,
  deps: {
    readonly tokens: TokenSource;
    readonly now: () => number;
    readonly log: Logger;
    /** Where traffic events go; absent: nowhere, and none is made. */
    readonly publish?: PublishEvents;
  },
): Promise<DataPlane> {
  const { node, waf, signing } = config;
  const trustedKeys = await loadTrustedKeys(signing.trusted_key_files);
  const slots = createModuleSlots({
    keepPrevious: waf.wasm.keep_previous_versions,
    fuelLimit: waf.wasm.fuel_limit,
    probeOwn: waf.wasm.validate_before_reload,
    trustedEngines: await shippedEngines(),
    now: deps.now,
  });
  const upstream = createUpstream(node);
  const counters = new TrafficCounters();
  const events = new EventRing();
  const mask = createEventMask(config.events ?? { redact_headers: [], redact_parameters: [] });
  const observer = createObserver(config, counters, deps);
  const eventLoopLag = createEventLoopLag();
  const staged = new WeakMap<StagedReload, StagedModule>();
  let proxy: ProxyServer | null = null;

  return {
    workers: 1,
    async start() {
      const judge = {
        acquire: () => slots.acquire(),
        release: (set: RunningSet) => slots.release(set),
        inspect: inspectWithSet,
      };
      proxy = await startProxyServer(
        {
          settings: node,
          upstream,
          judge,
          responses: createResponseInspector(node.proxy),
          counters,
          record: (event) => events.add(mask(event)),
          clientAddress: createClientAddress(node.trusted_proxies),
          requestId: createRequestIds(),
          ...(observer === null ? {} : { observe: observer.observe }),
          ...{ tokens: deps.tokens, now: deps.now, log: deps.log },
        },
        node.host,
        node.port,
      );
      return { port: proxy.port };
    },

    async stage({ name, bytes, order, revision, semver }) {
      const module = await slots.stage(name, bytes, {
        trustedKeys,
        requireSignature: signing.required && name === defaultModuleName(waf),
        ...(order !== undefined && { order }),
        ...(revision !== undefined && { revision }),
        ...(semver !== undefined && { semver }),
      });
      const handle = { name, module: describeModule(module.module), phases: module.phases };
      staged.set(handle, module);
      return handle;
    },

    async activate(handle) {
      const module = staged.get(handle);
      if (module === undefined) throw new Error(`${handle.name} was not staged here`);
      return described(slots.activate(module));
    },

    async discard(handle) {
      staged.delete(handle);
    },

    rollback: async (name) => described(slots.rollback(name)),
    remove: async (name) => described(slots.remove(name)),
    modules: () => slots.current().modules.map(describeModule),
    previous: (name) => previousOf(slots, name),
    totals: async () => counters.totals(eventLoopLag()),
    events: async (limit) => events.latest(limit),

    async close(graceMs) {
      await proxy?.close(graceMs);
      await observer?.close();
      upstream.pool.destroy();
    },
  };
}

function createObserver(
  { node, events }: DataPlaneConfig,
  counters: TrafficCounters,
  { publish, now }: { readonly publish?: PublishEvents; readonly now: () => number },
): TrafficObserver | null {
  if (publish === undefined || events?.enabled !== true) return null;
  const deps = { nodeId: node.id, publish, counters, now, random: Math.random };
  return new TrafficObserver(events, deps);
}

function described(activation: SlotActivation): Activation {
  const { module, previous, downtime_ms, requests_during_reload, phases } = activation;
  return {
    module: module && describeModule(module),
    previous: previous && describeModule(previous),
    downtime_ms,
    requests_during_reload,
    phases,
  };
}

function previousOf(slots: ModuleSlots, name: string): ReturnType<DataPlane['previous']> {
  const previous = slots.versions(name)[1];
  return previous === undefined ? null : describeModule(previous);
}

/** The engine that came with this package is trusted without a signature; none when it is not built. */
async function shippedEngines(): Promise<ReadonlySet<string>> {
  try {
    const path = packagePath('dist', 'engine', 'universal-waf.engine.wasm');
    return new Set([digestOf(await readFile(path))]);
  } catch {
    return new Set();
  }
}
