import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'smol-toml';
import { loadOrCreateSigningKey } from '../../src/artifact/signing-key.ts';
import { packagePath } from '../../src/config/package-root.ts';
import { freePort, startNats, startRedis, temporaryFolder } from '../servers.ts';

export const REVISION_HEADER = 'x-secbeat-revision';

/** A process of the fleet that a test may kill and start again; its ports and data stay. */
export interface FleetProcess {
  readonly name: string;
  readonly url: string;
  /** Data plane of a node; '' for the orchestrator. */
  readonly dataUrl: string;
  readonly child: ChildProcess;
  start(): Promise<void>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and resolves with the milliseconds it took. */
  stop(): Promise<number>;
  /** Everything it wrote, for messages of failed tests. */
  output(): string;
}

export interface Fleet {
  readonly redis: Awaited<ReturnType<typeof startRedis>>;
  readonly nats: Awaited<ReturnType<typeof startNats>>;
  readonly orchestrator: FleetProcess;
  readonly nodes: readonly FleetProcess[];
  /** Only when the options ask for one. */
  readonly generator?: FleetProcess;
  readonly folder: string;
  readonly key: string;
  /** JSON call to the control plane (or, with an absolute URL, to a node), authenticated. */
  api(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }>;
  /** Status of a GET through the data plane of node `index`. */
  get(index: number, path: string): Promise<number>;
  /** Resolves when every node answers `path` with `status`; throws after `timeoutMs`. */
  everyNodeAnswers(path: string, status: number, timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

export interface FleetOptions {
  readonly nodes?: number;
  readonly workers?: number;
  readonly maxReloadFrequencySeconds?: number;
  readonly maxActiveRules?: number;
  readonly orchestrator?: Record<string, unknown>;
  /** Over the settings of every node. */
  readonly node?: Record<string, unknown>;
  /** Settings `[events]` and `[ml.dynamic_rules]` of all processes. */
  readonly events?: Record<string, unknown>;
  readonly dynamicRules?: Record<string, unknown>;
  /** Settings of a generator, which is then part of the fleet. */
  readonly generator?: Record<string, unknown>;
}

/** The whole product as separate processes on free loopback ports, over real Redis and NATS. */
export async function startFleet(options: FleetOptions = {}): Promise<Fleet> {
  const folder = temporaryFolder();
  const key = randomBytes(24).toString('hex');
  const [redis, nats, upstream] = await Promise.all([startRedis(), startNats(), startUpstream()]);
  const signing = join(folder, 'signing.pem');
  const { publicKeyPem } = await loadOrCreateSigningKey(signing);
  writeFileSync(`${signing}.pub`, publicKeyPem);
  mkdirSync(join(folder, 'rules'), { recursive: true });

  const common = {
    log: { level: 'info' },
    auth: { keys: [{ name: 'test', key, roles: ['read', 'rules', 'deploy'] }] },
    nats: { url: nats.url },
    redis: { url: redis.url },
    waf: {
      wasm: {
        reload: {
          auto_reload_on_file_change: true,
          max_reload_frequency_seconds: options.maxReloadFrequencySeconds ?? 0.01,
        },
      },
    },
    ...(options.events === undefined ? {} : { events: options.events }),
    ml: {
      dynamic_rules: {
        max_active_rules: options.maxActiveRules ?? 2000,
        ...options.dynamicRules,
      },
    },
    signing: { private_key_file: signing, trusted_key_files: [`${signing}.pub`] },
    archive: { dir: join(folder, 'archive') },
  };
  const port = await freePort();
  const orchestrator = fleetProcess(
    'orchestrator',
    folder,
    ['orchestrator'],
    `http://127.0.0.1:${port}`,
    '',
    {
      ...common,
      orchestrator: {
        port,
        data_dir: join(folder, 'orchestrator'),
        waf_config: join(folder, 'waf-config.json'),
        rules_dir: join(folder, 'rules'),
        rate_limit_per_minute: 1_000_000,
        ...options.orchestrator,
      },
    },
  );
  const nodes: FleetProcess[] = [];
  for (let index = 1; index <= (options.nodes ?? 3); index++) {
    const [adminPort, dataPort] = [await freePort(), await freePort()];
    nodes.push(
      fleetProcess(
        `node-${index}`,
        folder,
        ['node'],
        `http://127.0.0.1:${adminPort}`,
        `http://127.0.0.1:${dataPort}`,
        {
          ...common,
          node: {
            id: `node-${index}`,
            labels: { zone: index === 1 ? 'canary' : 'main' },
            admin_port: adminPort,
            port: dataPort,
            workers: options.workers ?? 1,
            upstream: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
            data_dir: join(folder, 'nodes'),
            revision_header: REVISION_HEADER,
            reconcile_interval_ms: 2000,
            heartbeat_interval_ms: 1000,
            ...options.node,
          },
        },
      ),
    );
  }
  const generator = await addGenerator(options, { folder, key, common, orchestrator });
  await orchestrator.start();
  await Promise.all([...nodes, ...generator].map((each) => each.start()));
  const parts = { folder, key, redis, nats, upstream, orchestrator, nodes };
  return createFleet({ ...parts, ...(generator[0] && { generator: generator[0] }) });
}

async function addGenerator(
  options: FleetOptions,
  parts: Pick<Fleet, 'folder' | 'key' | 'orchestrator'> & { readonly common: object },
): Promise<FleetProcess[]> {
  if (options.generator === undefined) return [];
  const { folder, key, common, orchestrator } = parts;
  const port = await freePort();
  const generator = {
    ...{ port, orchestrator_url: orchestrator.url, orchestrator_key: key },
    ...options.generator,
  };
  const url = `http://127.0.0.1:${port}`;
  return [fleetProcess('generator', folder, ['generator'], url, '', { ...common, generator })];
}

function createFleet(
  parts: Pick<
    Fleet,
    'folder' | 'key' | 'redis' | 'nats' | 'orchestrator' | 'nodes' | 'generator'
  > & {
    upstream: Server;
  },
): Fleet {
  const { key, redis, nats, upstream, orchestrator, nodes, generator } = parts;
  const get = async (index: number, path: string) => {
    const response = await fetch(`${nodes[index]!.dataUrl}${path}`);
    await response.arrayBuffer();
    return response.status;
  };
  return {
    ...parts,
    async api(method, path, body) {
      const url = path.startsWith('http') ? path : `${orchestrator.url}${path}`;
      const form = body instanceof FormData;
      const response = await fetch(url, {
        method,
        headers: {
          'x-secbeat-api-key': key,
          ...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined
          ? {}
          : { body: form || typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : JSON.parse(text) };
    },
    get,
    async everyNodeAnswers(path, status, timeoutMs = 15_000) {
      for (const index of nodes.keys()) {
        await until(
          async () => (await get(index, path)) === status,
          timeoutMs,
          () =>
            `node-${index + 1} does not answer ${path} with ${status}\n${orchestrator.output().slice(-4000)}\n${nodes[index]!.output().slice(-4000)}`,
        );
      }
    },
    async close() {
      await Promise.all([orchestrator, ...nodes, generator].map((each) => each?.kill()));
      upstream.closeAllConnections();
      upstream.close();
      await Promise.all([redis.stop(), nats.stop()]);
    },
  };
}

/** Whatever happens to the test process, no child outlives it. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function fleetProcess(
  name: string,
  folder: string,
  args: string[],
  url: string,
  dataUrl: string,
  settings: object,
): FleetProcess {
  const config = join(folder, `${name}.toml`);
  writeFileSync(config, stringify(settings as Record<string, unknown>));
  let child: ChildProcess | undefined;
  let written = '';
  const exited = () => child === undefined || child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    const started = performance.now();
    if (!exited()) {
      const gone = once(child!, 'exit');
      child!.kill(signal);
      await gone;
    }
    return performance.now() - started;
  };
  return {
    name,
    url,
    dataUrl,
    get child() {
      return child!;
    },
    async start() {
      child = spawn(process.execPath, [packagePath('dist', 'cli', 'main.js'), ...args], {
        cwd: folder,
        env: { ...process.env, SECBEAT_CONFIG: config },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const keep = (chunk: Buffer) => {
        written = (written + chunk).slice(-200_000);
      };
      child.stdout!.on('data', keep);
      child.stderr!.on('data', keep);
      running.add(child);
      await until(
        async () => {
          if (exited()) throw new Error(`${name} exited early:\n${written}`);
          return (await fetch(`${url}/health`).catch(() => undefined))?.ok === true;
        },
        20_000,
        () => `${name} does not become healthy:\n${written}`,
      );
    },
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    output: () => written,
  };
}

/** An origin that answers every request with 200 and its method and path. */
async function startUpstream(): Promise<Server> {
  const server = createServer((incoming, response) => {
    incoming.resume();
    incoming.on('end', () => response.end(`${incoming.method} ${incoming.url}\n`));
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Asks again (20 ms apart) until the answer is yes; throws with `describe()` after `timeoutMs`. */
export async function until(
  ask: () => Promise<boolean>,
  timeoutMs: number,
  describe: () => string,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await ask())) {
    if (performance.now() > deadline) throw new Error(describe());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
