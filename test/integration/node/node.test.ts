import { Agent, get } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunningNode } from '../../../src/node/main.ts';
import { temporaryFolder } from '../../servers.ts';
import { answering, hostile } from '../../wasm-fixtures/fixtures.ts';
import {
  admin,
  artifact,
  ask,
  type NodeOptions,
  startNode,
  statusOf,
  uploadTo,
  uriRule,
} from './node-stand.ts';
import { startUpstream, type TestUpstream } from './proxy-stand.ts';

let upstream: TestUpstream;
const running: RunningNode[] = [];

beforeAll(async () => {
  upstream = await startUpstream((_request, response) => void response.end('ok'));
});
afterAll(() => upstream.close());
afterEach(async () => {
  await Promise.all(running.splice(0).map((node) => node.close()));
});

async function start(options: Partial<NodeOptions> = {}): Promise<RunningNode> {
  const node = await startNode({ upstreamUrl: upstream.url, ...options });
  running.push(node);
  return node;
}

const attack = (n: number) => artifact(n, [uriRule('attack', '/attack')]);

describe('node', () => {
  it('node - enforces an uploaded artifact, swaps it, and goes back', async () => {
    const node = await start();
    expect(await ask(node, '/attack')).toEqual({ status: 200, revision: 'none' });
    const first = await uploadTo(node, attack(1).bytes);
    expect([first.status, first.body.version]).toEqual([200, 'v1']);
    expect(await ask(node, '/attack')).toEqual({ status: 403, revision: 'v1' });
    expect(await ask(node, '/else')).toEqual({ status: 200, revision: 'v1' });
    await uploadTo(node, artifact(2, [uriRule('else', '/else')]).bytes);
    expect(await ask(node, '/attack')).toEqual({ status: 200, revision: 'v2' });
    const back = await admin(node, '/api/v1/wasm/rollback', { method: 'POST' });
    expect(back.body).toMatchObject({ success: true, rolled_back_to: 'v1' });
    expect(await ask(node, '/attack')).toEqual({ status: 403, revision: 'v1' });
  });

  it('node - refuses what it cannot trust or run, and keeps serving', async () => {
    const node = await start();
    await uploadTo(node, attack(1).bytes);
    const tampered = Buffer.from(attack(2).bytes);
    tampered[tampered.length - 40]! ^= 1;
    const cases: [Uint8Array, string | undefined, RegExp][] = [
      [Buffer.from('not wasm at all'), undefined, /^Invalid WASM module: /],
      [artifact(2, [], false).bytes, undefined, /not signed, a trusted signature is required/],
      [tampered, undefined, /^Invalid WASM module: /],
      [answering(0), undefined, /a trusted signature is required/],
      [hostile.action7(), 'seven', /invalid action 7/],
      [hostile.endlessLoop(), 'loop', /^Invalid WASM module: /],
    ];
    for (const [bytes, name, text] of cases) {
      const { status, body } = await uploadTo(node, bytes, name);
      expect([status, body.success]).toEqual([422, false]);
      expect(body.error).toMatch(text);
      expect(body.status).toBe(name === undefined ? 'still_serving_v1' : 'nothing_serving');
    }
    expect(await ask(node, '/attack')).toEqual({ status: 403, revision: 'v1' });
    const { body } = await admin(node, '/api/v1/wasm/errors');
    expect(body.errors).toHaveLength(cases.length);
  });

  it('node - runs several modules, and the strictest verdict wins', async () => {
    const node = await start();
    await uploadTo(node, attack(1).bytes);
    await uploadTo(node, answering(2), 'logger');
    expect(await ask(node, '/fine')).toEqual({ status: 200, revision: 'v1, logger=v1' });
    await uploadTo(node, answering(1), 'bad-bot-blocker');
    expect(await statusOf(node, '/fine')).toBe(403);
    const { body } = await admin(node, '/api/v1/wasm/modules');
    expect((body.modules as { name: string }[]).map(({ name }) => name)).toEqual([
      'universal-waf',
      'logger',
      'bad-bot-blocker',
    ]);
  });

  it('node - requests under load never see a mixed revision, an error or a reset', async () => {
    const node = await start();
    const even = artifact(2, [uriRule('r', '/even')]).bytes;
    const odd = artifact(1, [uriRule('r', '/odd')]).bytes;
    await uploadTo(node, odd);
    let stop = false;
    let answered = 0;
    const wrong: string[] = [];
    const loop = async (path: string) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      while (!stop) {
        const [status, revision] = await new Promise<[number, string]>((resolve) => {
          get(node.dataUrl + path, { agent }, (response) => {
            response.resume().on('end', () => {
              resolve([response.statusCode!, String(response.headers['x-waf-revision'])]);
            });
          }).on('error', (error) => resolve([0, error.message]));
        });
        answered += 1;
        const blocked = revision === (path === '/odd' ? 'v1' : 'v2');
        if (status !== (blocked ? 403 : 200)) wrong.push(`${path} ${status} ${revision}`);
      }
      agent.destroy();
    };
    const loops = ['/odd', '/even', '/odd', '/even'].map(loop);
    for (let i = 0; i < 40; i++) {
      const { body } = await uploadTo(node, i % 2 === 0 ? even : odd);
      expect(body.success).toBe(true);
    }
    stop = true;
    await Promise.all(loops);
    expect(wrong).toEqual([]);
    expect(answered).toBeGreaterThan(40);
  });

  it('node - a rate limit holds, rules are counted, and a refusal can be explained', async () => {
    const node = await start();
    const limit = { key: 'headers[x-user]', limit: 2, window_s: 600, over: 'block' } as const;
    const rules = [
      uriRule('limited', '/login', { ratelimit: limit }),
      uriRule('quiet', '/login', { block: { status: 403 } }, { mode: 'shadow' }),
    ];
    await uploadTo(node, artifact(1, rules).bytes);
    const login = (user: string) => fetch(`${node.dataUrl}/login`, { headers: { 'x-user': user } });
    const answers = [await login('a'), await login('a'), await login('a'), await login('b')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 200]);
    expect(Number(answers[2]!.headers.get('retry-after'))).toBeGreaterThan(200);
    const { request_id } = (await answers[2]!.json()) as { request_id: string };
    const explained = await admin(node, `/api/v1/events?request_id=${request_id}`);
    expect(explained.body.events).toMatchObject([
      {
        rule: 'limited',
        status: 429,
        revision: 'v1',
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        matches: expect.arrayContaining([expect.objectContaining({ rule_index: 0 })]),
      },
    ]);
    const { body } = await admin(node, '/api/v1/rules/active');
    expect(body.rules).toMatchObject([
      { id: 'limited', hits: 4, blocks: 1, shadow_hits: 0 },
      { id: 'quiet', hits: 0, blocks: 0, shadow_hits: 4 },
    ]);
    const metrics = await (await fetch(`${node.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/waf_requests_total\{outcome="rate_limited"\} 1/);
    expect(metrics).toMatch(/wasm_reload_total\{module="universal-waf"\} 1/);
  });

  it('node - stops applying an expired rule by itself', async () => {
    const node = await start();
    const expires_at = new Date(Date.now() + 400).toISOString();
    const rule = uriRule('short', '/attack', { block: { status: 403 } }, { expires_at });
    await uploadTo(node, artifact(1, [rule]).bytes);
    expect(await statusOf(node, '/attack')).toBe(403);
    const deadline = Date.parse(expires_at);
    let status = 403;
    while (status === 403 && Date.now() < deadline + 5_000)
      status = await statusOf(node, '/attack');
    expect(status).toBe(200);
    expect(Date.now()).toBeGreaterThanOrEqual(deadline);
    expect((await admin(node, '/api/v1/rules/active')).body.total).toBe(0);
  });

  it('node - starts and serves from disk while NATS cannot be reached', async () => {
    const dataDir = temporaryFolder();
    const before = await start({ dataDir });
    await uploadTo(before, attack(3).bytes);
    await before.close();
    const node = await start({ dataDir, natsUrl: 'nats://127.0.0.1:1' });
    expect(await ask(node, '/attack')).toEqual({ status: 403, revision: 'v3' });
    const { body } = await admin(node, '/api/v1/wasm/version');
    expect(body).toMatchObject({ version: 'v3', origin: 'last-known-good' });
    expect((await admin(node, '/health')).body).toMatchObject({
      status: 'degraded',
      nats: { connected: false },
    });
    expect((await admin(node, '/ready')).status).toBe(200);
  });

  it('node - two nodes cannot have the same port, and say so', async () => {
    const first = await start();
    const port = Number(new URL(first.dataUrl).port);
    await expect(start({ node: { port } })).rejects.toMatchObject({ code: 'WAF_ERR_NODE_LISTEN' });
    const admin_port = Number(new URL(first.adminUrl).port);
    await expect(start({ node: { admin_port } })).rejects.toMatchObject({
      code: 'WAF_ERR_NODE_LISTEN',
    });
  });
});
