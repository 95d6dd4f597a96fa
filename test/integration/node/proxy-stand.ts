import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { pino } from 'pino';
import type { NodeSettings } from '../../../src/config/settings.ts';
import type { ActiveModule, ModuleSet } from '../../../src/engine/module-slot.ts';
import type { InspectionRequest, ResponseInspection } from '../../../src/engine/verdict.ts';
import { createClientAddress } from '../../../src/node/proxy/client-address.ts';
import type { JudgeVerdict } from '../../../src/node/proxy/proxy-deps.ts';
import { type ProxyServer, startProxyServer } from '../../../src/node/proxy/proxy-server.ts';
import { createRequestIds } from '../../../src/node/proxy/request-id.ts';
import { createResponseInspector } from '../../../src/node/proxy/response-inspection.ts';
import { TokenBuckets } from '../../../src/node/proxy/token-buckets.ts';
import { createUpstream } from '../../../src/node/proxy/upstream.ts';
import type { TrafficEvent } from '../../../src/node/traffic/event-ring.ts';
import { TrafficCounters } from '../../../src/node/traffic/traffic-counters.ts';

export const ALLOW: JudgeVerdict = {
  action: 0,
  module: null,
  explanation: null,
  explained: [],
  failure: null,
};

export const testModule: ActiveModule = {
  name: 'universal-waf',
  revision: 'v7',
  semver: '1.0.7',
  digest: 'sha256:00',
  size: 1,
  order: 0,
  foreign: false,
  loadedAt: 0,
  manifest: {
    format: 1,
    name: 'universal-waf',
    revision: 'v7',
    semver: '1.0.7',
    created_at: '2026-01-01T00:00:00Z',
    engine_digest: '',
    program_digest: '',
    content_digest: '',
    program_format: 1,
    program_bytes: 0,
    worst_case_steps: 0,
    max_steps: 0,
    on_budget: 'block',
    thresholds: {},
    rules: [
      { id: 'teapot', mode: 'enforce', action: { block: { status: 418 } }, pattern: '' },
      {
        id: 'two-a-minute',
        mode: 'enforce',
        action: { ratelimit: { key: 'client.ip', limit: 2, window_s: 60, over: 'block' } },
        pattern: '',
      },
    ],
  },
};

export const moduleSet: ModuleSet = { generation: 1, modules: [testModule] };

/** A verdict of `testModule`. */
export function verdictOf(
  action: 0 | 1 | 2 | 3,
  rule: string | null,
  shadow = false,
): JudgeVerdict {
  const place = { target: 'uri', offset: 0, length: 1, transforms: [], excerpt: null };
  const match = { rule: rule ?? 'x', ruleIndex: 0, shadow, ...place };
  const reason = rule === null ? 'threshold' : 'rule';
  const explanation = { action, rule, reason, matches: [match], score: {}, steps: 10 } as const;
  const explained = [{ module: testModule, explanation }];
  return { action, module: testModule, explanation, explained, failure: null };
}

/** Verdicts by what stands in the request: enough to steer every branch of the proxy from outside. */
export function scriptedVerdict(request: InspectionRequest): JudgeVerdict {
  const text = `${request.uri} ${Buffer.from(request.body ?? '').toString('latin1')}`;
  if (text.includes('block-me')) return verdictOf(1, null);
  if (text.includes('teapot')) return verdictOf(1, 'teapot');
  if (text.includes('limit-me')) return verdictOf(3, 'two-a-minute');
  if (text.includes('log-me')) return verdictOf(2, 'x');
  if (text.includes('shadow-me')) return verdictOf(0, null, true);
  if (text.includes('trap-me')) return { ...ALLOW, failure: 'trap' };
  if (text.includes('budget-me')) return { ...ALLOW, failure: 'budget' };
  return ALLOW;
}

export interface ProxyStand {
  readonly port: number;
  readonly proxy: ProxyServer;
  readonly inspected: InspectionRequest[];
  readonly events: TrafficEvent[];
  readonly counters: TrafficCounters;
  /** Acquired minus released module sets. */
  readonly held: () => number;
  close(): Promise<void>;
}

export interface StandOptions {
  readonly upstreamUrl: string;
  readonly proxy?: Partial<NodeSettings['proxy']>;
  readonly trustedProxies?: readonly string[];
  readonly onFailure?: Partial<NodeSettings['on_failure']>;
  readonly inspectsResponse?: ResponseInspection;
  readonly inspect?: (request: InspectionRequest) => JudgeVerdict;
}

/** A proxy on a free port in front of `upstreamUrl`, judged by a script. */
export async function startProxyStand(options: StandOptions): Promise<ProxyStand> {
  const proxySettings: NodeSettings['proxy'] = {
    max_header_bytes: 16_384,
    max_body_bytes: 0,
    inspect_body_bytes: 4096,
    client_timeout_ms: 10_000,
    upstream_connect_timeout_ms: 2_000,
    upstream_timeout_ms: 10_000,
    keep_alive_timeout_ms: 5_000,
    upstream_connections: 16,
    inspect_response_bytes: 4096,
    inspect_response_types: ['text/html', 'application/json'],
    ...options.proxy,
  };
  const upstream = createUpstream({ upstream: options.upstreamUrl, proxy: proxySettings });
  const inspected: InspectionRequest[] = [];
  const events: TrafficEvent[] = [];
  const counters = new TrafficCounters();
  let held = 0;
  const proxy = await startProxyServer(
    {
      settings: {
        proxy: proxySettings,
        revision_header: 'x-waf-revision',
        on_failure: {
          not_ready: 'open',
          trap: 'open',
          budget: 'open',
          timeout: 'open',
          ...options.onFailure,
        },
      },
      upstream,
      judge: {
        acquire: () => {
          held += 1;
          return { ...moduleSet, inspects_response: options.inspectsResponse ?? 'none' };
        },
        release: () => {
          held -= 1;
        },
        inspect: (_set, request) => {
          inspected.push(request);
          return (options.inspect ?? scriptedVerdict)(request);
        },
      },
      responses: createResponseInspector(proxySettings),
      tokens: new TokenBuckets(),
      counters,
      record: (event) => events.push(event),
      clientAddress: createClientAddress(options.trustedProxies ?? []),
      requestId: createRequestIds(),
      now: Date.now,
      log: pino({ level: 'silent' }),
    },
    '127.0.0.1',
    0,
  );
  return {
    port: proxy.port,
    proxy,
    inspected,
    events,
    counters,
    held: () => held,
    async close() {
      await proxy.close(0);
      upstream.pool.destroy();
    },
  };
}

export interface TestUpstream {
  readonly url: string;
  readonly server: Server;
  readonly requests: IncomingMessage[];
  close(): Promise<void>;
}

/** A real HTTP server as the service behind the proxy. */
export async function startUpstream(handler: RequestListener): Promise<TestUpstream> {
  const requests: IncomingMessage[] = [];
  const server = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
    requests.push(request);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A raw connection: what is written, byte by byte, and what came back until a condition holds. */
export class RawClient {
  readonly socket: Socket;
  #received = '';
  #closed = false;
  #wake: () => void = () => {};

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setEncoding('latin1');
    this.socket.on('data', (text: string) => {
      this.#received += text;
      this.#wake();
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
  }

  send(text: string | Buffer): void {
    this.socket.write(text, 'latin1');
  }

  /** Everything received, as soon as it satisfies `enough` or the connection is closed. */
  async until(enough: (text: string) => boolean): Promise<string> {
    while (!enough(this.#received) && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#received;
  }

  closed(): Promise<string> {
    return this.until(() => false);
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Sends one raw request on a connection of its own and returns the whole answer. */
export async function rawRequest(port: number, text: string): Promise<string> {
  const client = new RawClient(port);
  client.send(text);
  const answer = await client.closed();
  client.close();
  return answer;
}

/** Status codes of all responses in a raw answer. */
export function statuses(answer: string): number[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((found) => Number(found[1]));
}
