import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { loadSettings } from '../../../src/config/load-settings.ts';
import type { Settings } from '../../../src/config/settings.ts';
import { type RunningOrchestrator, runOrchestrator } from '../../../src/orchestrator/main.ts';
import { startNats, startRedis, type TestServer, temporaryFolder } from '../../servers.ts';
import { type Follower, startFollower } from './follower.ts';

export const KEY = 'integration-key';

export interface ControlPlane {
  readonly redis: TestServer;
  readonly nats: TestServer;
  readonly folder: string;
  readonly settings: Settings;
  readonly nodes: readonly Follower[];
  /** Replaced by `restart()`. */
  readonly url: string;
  call(
    method: string,
    path: string,
    body?: string | object | FormData,
  ): Promise<{ status: number; body: any }>;
  /** Closes the orchestrator and starts another on the same settings. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A real orchestrator in this process, over real servers, with three nodes that follow it. */
export async function startControlPlane(overrides: object = {}): Promise<ControlPlane> {
  const [redis, nats] = await Promise.all([startRedis(), startNats()]);
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'rules'));
  const keys = join(folder, 'keys', 'signing.pem');
  const settings = loadSettings({
    env: {},
    overrides: {
      log: { level: 'silent' },
      auth: { keys: [{ name: 'tester', key: KEY, roles: ['read', 'rules', 'deploy'] }] },
      nats: { url: nats.url },
      redis: { url: redis.url },
      orchestrator: {
        port: 0,
        data_dir: join(folder, 'data'),
        waf_config: join(folder, 'waf-config.json'),
        rules_dir: join(folder, 'rules'),
        watch_debounce_ms: 20,
      },
      waf: {
        wasm: { reload: { auto_reload_on_file_change: true, max_reload_frequency_seconds: 0.01 } },
      },
      signing: { private_key_file: keys, trusted_key_files: [] },
      archive: { dir: join(folder, 'archive') },
      ...overrides,
    },
  });
  const log = pino({ level: settings.log.level });
  let running: RunningOrchestrator = await runOrchestrator(settings, log);
  const ids = ['node-1', 'node-2', 'node-3'];
  const nodes = await Promise.all(ids.map((id) => startFollower(settings.nats, id)));
  return {
    redis,
    nats,
    folder,
    settings,
    nodes,
    get url() {
      return running.url;
    },
    async call(method, path, body) {
      const isForm = body instanceof FormData;
      const response = await fetch(running.url + path, {
        method,
        headers: {
          'x-secbeat-api-key': KEY,
          ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined
          ? {}
          : { body: isForm || typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    },
    async restart() {
      await running.close();
      running = await runOrchestrator(settings, log);
    },
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
      await running.close();
      await Promise.all([redis.stop(), nats.stop()]);
    },
  };
}
