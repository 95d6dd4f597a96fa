import type { LocalPorts } from './local-ports.ts';

export interface LocalFleet {
  readonly ports: LocalPorts;
  readonly natsUrl: string;
  readonly redisUrl: string;
  readonly apiKey: string;
}

/** What suits one machine better than the defaults for production; the caller's environment wins. */
const LOCAL_DEFAULTS = {
  SECBEAT_NODE__HOST: '127.0.0.1',
  SECBEAT_NODE__WORKERS: '1',
  SECBEAT_NODE__REVISION_HEADER: 'x-secbeat-revision',
  SECBEAT_WAF__WASM__RELOAD__AUTO_RELOAD_ON_FILE_CHANGE: 'true',
  SECBEAT_ML__DYNAMIC_RULES__MAX_ACTIVE_RULES: '2000',
};

/** Environment of the orchestrator's process. */
export function orchestratorEnvironment(env: NodeJS.ProcessEnv, fleet: LocalFleet) {
  return {
    ...shared(env, fleet),
    SECBEAT_ORCHESTRATOR__PORT: String(fleet.ports.orchestrator),
    ORCHESTRATOR_API_KEY: env.ORCHESTRATOR_API_KEY || fleet.apiKey,
  };
}

/** Environment of the generator's process. */
export function generatorEnvironment(env: NodeJS.ProcessEnv, fleet: LocalFleet) {
  return {
    ...shared(env, fleet),
    SECBEAT_GENERATOR__PORT: String(fleet.ports.generator),
    SECBEAT_GENERATOR__ORCHESTRATOR_URL: `http://127.0.0.1:${fleet.ports.orchestrator}`,
    SECBEAT_GENERATOR__ORCHESTRATOR_KEY: env.ORCHESTRATOR_API_KEY || fleet.apiKey,
  };
}

/** Environment of the node's process with that index, from 0. */
export function nodeEnvironment(env: NodeJS.ProcessEnv, fleet: LocalFleet, index: number) {
  const { data, admin } = fleet.ports.nodes[index]!;
  return {
    ...shared(env, fleet),
    SECBEAT_NODE__ID: `node-${index + 1}`,
    SECBEAT_NODE__PORT: String(data),
    SECBEAT_NODE__ADMIN_PORT: String(admin),
    SECBEAT_NODE__UPSTREAM: `http://127.0.0.1:${fleet.ports.upstream}`,
    SECBEAT_NODE__ORCHESTRATOR_URL: `http://127.0.0.1:${fleet.ports.orchestrator}`,
    SECBEAT_NODE__ORCHESTRATOR_KEY: env.ORCHESTRATOR_API_KEY || fleet.apiKey,
    MANAGEMENT_API_KEY: env.MANAGEMENT_API_KEY || fleet.apiKey,
    ORCHESTRATOR_API_KEY: env.ORCHESTRATOR_API_KEY || fleet.apiKey,
  };
}

function shared(env: NodeJS.ProcessEnv, fleet: LocalFleet): NodeJS.ProcessEnv {
  return {
    ...LOCAL_DEFAULTS,
    ...env,
    NATS_URL: fleet.natsUrl,
    REDIS_URL: fleet.redisUrl,
  };
}
