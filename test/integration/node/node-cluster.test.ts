import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../../src/artifact/digest.ts';
import { ClusterDataPlane } from '../../../src/node/data-plane/cluster-data-plane.ts';
import type { Activation } from '../../../src/node/data-plane/data-plane.ts';
import { createModuleStore, type ModuleStore } from '../../../src/node/module-store.ts';
import { temporaryFolder } from '../../servers.ts';
import { artifact, nodeSettings, silent, uriRule } from './node-stand.ts';
import { RawClient, startUpstream, statuses, type TestUpstream } from './proxy-stand.ts';

let upstream: TestUpstream;
let plane: ClusterDataPlane;
let store: ModuleStore;
let port: number;

beforeAll(async () => {
  upstream = await startUpstream((_request, response) => void response.end('ok'));
});
afterAll(() => upstream.close());

afterEach(() => plane.close(0));

async function start(): Promise<void> {
  const { node, waf, signing } = nodeSettings({ upstreamUrl: upstream.url, workers: 2 });
  store = createModuleStore(temporaryFolder(), silent);
  const config = { node, waf, signing, artifactDir: store.artifactDir };
  plane = await ClusterDataPlane.create(config, { workers: 2, now: Date.now, log: silent });
  port = (await plane.start()).port;
}

async function load(bytes: Uint8Array, name = 'universal-waf'): Promise<Activation> {
  const digest = digestOf(bytes);
  const stored = store.put(digest, bytes);
  return plane.activate(await plane.stage({ name, digest, bytes, stored, origin: 'upload' }));
}

/** Status of one request on each of `count` connections; new connections go to the workers in turn. */
async function ask(path: string, count = 6): Promise<number[]> {
  const answers: number[] = [];
  for (let i = 0; i < count; i++) {
    const client = new RawClient(port);
    client.send(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    answers.push(...statuses(await client.closed()));
  }
  return answers;
}

const all = (status: number, count = 6) => Array<number>(count).fill(status);
const blocking = (revision: number, text: string) => artifact(revision, [uriRule('r', text)]).bytes;

describe('cluster data plane', () => {
  it('cluster - one swap covers all workers', async () => {
    await start();
    expect(await ask('/a')).toEqual(all(200));
    const activation = await load(blocking(1, '/a'));
    expect(activation.module?.revision).toBe('v1');
    expect(await ask('/a')).toEqual(all(403));
    await load(blocking(2, '/b'));
    expect([await ask('/a'), await ask('/b')]).toEqual([all(200), all(403)]);
    expect((await plane.rollback('universal-waf')).module?.revision).toBe('v1');
    expect(await ask('/a')).toEqual(all(403));
    await plane.remove('universal-waf');
    expect(await ask('/a')).toEqual(all(200));
    const { requests } = await plane.totals();
    expect([requests.blocked, requests.passed]).toEqual([18, 18]);
  });

  it('cluster - a module that is refused changes no worker', async () => {
    await start();
    await load(blocking(1, '/a'));
    await expect(load(artifact(2, [], false).bytes)).rejects.toMatchObject({
      code: 'WAF_ERR_ENGINE_SIGNATURE_REQUIRED',
    });
    expect(await ask('/a')).toEqual(all(403));
  });

  it('cluster - a worker that is killed comes back with the modules in force', async () => {
    await start();
    await load(blocking(1, '/a'));
    await load(blocking(2, '/b'));
    await plane.totals();
    const [victim] = plane.pids;
    process.kill(victim!, 'SIGKILL');
    await until(() => !plane.pids.includes(victim!));
    // One worker is enough to serve, and a reload meanwhile covers the one that is about to start.
    await load(blocking(3, '/c'));
    expect(await ask('/c')).toEqual(all(403));
    await until(() => plane.pids.length === 2);
    expect(await ask('/c')).toEqual(all(403));
    // The new worker has no earlier version in memory and is brought to it.
    await plane.rollback('universal-waf');
    expect(await ask('/b')).toEqual(all(403));
  });

  it('cluster - a rate limit holds for all workers together', async () => {
    await start();
    const limit = { key: 'client.ip', limit: 3, window_s: 600, over: 'block' } as const;
    await load(artifact(1, [uriRule('slow', '/l', { ratelimit: limit })]).bytes);
    const answers = await ask('/l', 8);
    expect(answers).toEqual([...all(200, 3), ...all(429, 5)]);
    expect((await plane.totals()).rules).toMatchObject([{ rule: 'slow', hits: 8, blocks: 5 }]);
    expect(await plane.events(100)).toHaveLength(8);
  });

  it('cluster - closing ends every worker', async () => {
    await start();
    const { pids } = plane;
    expect(pids).toHaveLength(2);
    await plane.close(0);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

/** Looks again at every turn of the event loop, until `holds`. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
