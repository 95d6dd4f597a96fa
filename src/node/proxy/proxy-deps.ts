import type { NodeSettings } from '../../config/settings.ts';
import type { ActiveModule, ModuleSet, SetVerdict } from '../../engine/module-slot.ts';
import type { Explanation, InspectionRequest } from '../../engine/verdict.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { TrafficEvent } from '../traffic/event-ring.ts';
import type { TrafficCounters } from '../traffic/traffic-counters.ts';
import type { ClientAddress } from './client-address.ts';
import type { FinishedExchange } from './finished-exchange.ts';
import type { ResponseInspector } from './response-inspection.ts';
import type { BucketSize } from './token-buckets.ts';
import type { Upstream } from './upstream.ts';

/** The modules in force, as the proxy sees them. */
export interface Judge {
  /** The set that judges a request; it stays loaded until it is released as often as acquired. */
  acquire(): ModuleSet;
  release(set: ModuleSet): void;
  inspect(set: ModuleSet, request: InspectionRequest): JudgeVerdict;
}

export interface JudgeVerdict extends SetVerdict {
  /** What every module found that decided, matched or logged something. */
  readonly explained: readonly {
    readonly module: ActiveModule;
    readonly explanation: Explanation;
  }[];
}

/** Where rate-limit tokens come from: this process, or the primary of a cluster. */
export interface TokenSource {
  /** 0 when a token was taken, else the seconds until there is one. */
  take(key: string, size: BucketSize, now: number): number | Promise<number>;
}

/** What the request path needs; built once per data-plane process. */
export interface ProxyDeps {
  readonly settings: Pick<NodeSettings, 'proxy' | 'revision_header' | 'on_failure'>;
  readonly upstream: Upstream;
  readonly judge: Judge;
  readonly responses: ResponseInspector;
  readonly tokens: TokenSource;
  readonly counters: TrafficCounters;
  readonly record: (event: TrafficEvent) => void;
  /** Called once at the end of every exchange; must be cheap and never throw. */
  readonly observe?: (exchange: FinishedExchange) => void;
  readonly clientAddress: (
    peer: string | undefined,
    forwardedFor: string | string[] | undefined,
  ) => ClientAddress;
  readonly requestId: (offered: string | string[] | undefined, trusted: boolean) => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
}
