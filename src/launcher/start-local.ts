import { join } from 'node:path';
import { loadSettings } from '../config/load-settings.ts';
import type { Settings } from '../config/settings.ts';
import { type ConsoleOutput, createConsoleOutput } from './console-output.ts';
import { LauncherError } from './launcher-error.ts';
import { localApiKey } from './local-api-key.ts';
import { localBanner } from './local-banner.ts';
import type { LocalFleet } from './local-environment.ts';
import { DEFAULT_BASE_PORT, type LocalPorts, localPorts, requireFreePorts } from './local-ports.ts';
import {
  generatorService,
  nodeServices,
  orchestratorService,
  upstreamService,
} from './local-services.ts';
import { type ManagedServer, managedNats, managedRedis } from './managed-servers.ts';
import { obtainTools, type ToolName } from './obtain-tools.ts';
import { createServiceGroup, type ServiceGroup } from './service-group.ts';
import { createStopRequest } from './stop-request.ts';

export interface LocalOptions {
  /** Default: `SECBEAT_BASE_PORT`, else 8000. */
  readonly basePort?: number;
  /** Print one JSON object a line. */
  readonly json?: boolean;
  /** Default: the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Folder that holds `.secbeat/`, `rules/` and `waf-config.json`; default: the working directory. */
  readonly folder?: string;
}

/**
 * Runs the whole system on this machine: Redis and NATS unless their URLs are configured, the
 * orchestrator, three nodes and a demo upstream. Resolves when it has stopped after Ctrl-C, SIGTERM,
 * SIGHUP or the end of standard output. Throws `LauncherError` or `ConfigError` when it cannot be
 * started or kept running; nothing of it runs any more then.
 */
export async function startLocal(options: LocalOptions = {}): Promise<void> {
  if (process.platform === 'win32') throw unsupportedPlatform();
  const { env = process.env, folder = process.cwd() } = options;
  const ports = localPorts(options.basePort ?? (env.SECBEAT_BASE_PORT || DEFAULT_BASE_PORT));
  const settings = loadSettings({ env });
  await requireFreePorts(ports);
  const servers = await chooseServers(settings, join(folder, '.secbeat', 'data'));

  const stop = createStopRequest(() => group.kill());
  const output = createConsoleOutput(options.json ?? false, stop.request);
  const group = createServiceGroup((text) => output.printLine('launcher', text));
  try {
    const local = { env, folder, settings, ports, group, output };
    await Promise.race([startFleet(local, servers), stop.requested]);
    const failure = await Promise.race([group.failure, stop.requested]);
    if (failure !== undefined) throw failure;
  } finally {
    output.print('Stopping …');
    await group.stop();
    servers.redis?.cleanUp();
    stop.dispose();
    output.print('Stopped.');
  }
}

interface Local {
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly settings: Settings;
  readonly ports: LocalPorts;
  readonly group: ServiceGroup;
  readonly output: ConsoleOutput;
}

interface Servers {
  readonly redis?: ManagedServer;
  readonly nats?: ManagedServer;
}

/** Servers of our own in place of those whose URL is not configured; obtains their programs. */
async function chooseServers({ redis, nats }: Settings, dataFolder: string): Promise<Servers> {
  const missing: ToolName[] = [];
  if (redis.url === '') missing.push('redis-server');
  if (nats.url === '') missing.push('nats-server');
  await obtainTools(missing);
  return {
    ...(redis.url === '' ? { redis: await managedRedis(join(dataFolder, 'redis')) } : {}),
    ...(nats.url === '' ? { nats: managedNats(join(dataFolder, 'nats')) } : {}),
  };
}

async function startFleet(local: Local, { redis, nats }: Servers): Promise<void> {
  const { env, folder, settings, ports, group, output } = local;
  output.print('▶ Starting Redis and NATS');
  await Promise.all([redis, nats].map((server) => server && group.add('server', server.service)));
  const fleet: LocalFleet = {
    ports,
    redisUrl: redis?.url() ?? settings.redis.url,
    natsUrl: nats?.url() ?? settings.nats.url,
    apiKey: configuredKey(env) ?? localApiKey(join(folder, '.secbeat', 'api-key')),
  };
  output.print('▶ Starting the orchestrator and the demo upstream');
  await Promise.all([
    group.add('program', orchestratorService(local, fleet)),
    group.add('program', upstreamService(local, ports.upstream)),
  ]);
  output.print(`▶ Starting ${ports.nodes.length} nodes and the generator`);
  const services = [...nodeServices(local, fleet), generatorService(local, fleet)];
  await Promise.all(services.map((service) => group.add('program', service)));
  output.print(localBanner(fleet));
}

/** A key that the caller's environment brings is used in place of a generated one. */
function configuredKey(env: NodeJS.ProcessEnv): string | undefined {
  return env.ORCHESTRATOR_API_KEY || env.MANAGEMENT_API_KEY || undefined;
}

function unsupportedPlatform(): LauncherError {
  return new LauncherError(
    'WAF_ERR_LAUNCHER_PLATFORM',
    'The local fleet runs on Linux and macOS. On Windows run it in WSL 2, or use config/compose.yaml.',
  );
}
