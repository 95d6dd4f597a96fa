import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packagePath } from '../../../src/config/package-root.ts';
import { run } from '../../unit/cli/run.ts';
import { answering } from '../../wasm-fixtures/fixtures.ts';
import { type ControlPlane, KEY, startControlPlane } from './stand.ts';

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane.close());

/** The command line in this process, as the tester. */
function secbeat(args: readonly string[], stdin?: string) {
  const env = { SECBEAT_URL: plane.url, ORCHESTRATOR_API_KEY: KEY };
  return run(args, { env, ...(stdin === undefined ? {} : { stdin }) });
}

/** The same in a process of its own, in the folder of the control plane. */
function secbeatProcess(args: readonly string[]) {
  const tsx = packagePath('node_modules', 'tsx', 'dist', 'esm', 'index.mjs');
  const command = ['--import', tsx, packagePath('src', 'cli', 'main.ts'), ...args];
  return spawn(process.execPath, command, {
    cwd: plane.folder,
    env: { PATH: process.env.PATH, SECBEAT_URL: plane.url },
  });
}

async function spawned(args: readonly string[], stdin: string) {
  const child = secbeatProcess(args);
  child.stdin.end(stdin);
  const [out, err, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { exitCode, out, err };
}

function rulesFile(name: string, content: unknown): string {
  const file = join(plane.folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return file;
}

test('cli - adds rules and waits for the nodes, lists, approves and removes them', async () => {
  const file = rulesFile('a.json', { id: 'a', field: 'URI', pattern: '/a', action: 'block' });
  const added = await secbeat(['rules', 'add', file, '--wait', '30']);
  expect([added.exitCode, added.out]).toEqual([
    0,
    expect.stringMatching(/^accepted 1 rule; v\d+ runs on 3 nodes, the last after \d+ ms$/),
  ]);
  const listed = await secbeat(['rules', 'list', '--source', 'dynamic']);
  expect(listed.out).toMatch(/^a +active +dynamic +block +\d{4}-\S+ +\/a$/m);
  const held = await secbeat(['kill', 'on', '--rule', 'a', '--wait']);
  expect([held.exitCode, held.out]).toEqual([0, expect.stringContaining('kill switch of a on')]);
  const approved = await secbeat(['rules', 'approve', 'a', '--ttl', '600', '--wait', '--json']);
  expect(JSON.parse(approved.out)).toMatchObject({ settled: { converged: true } });
  const removed = await secbeat(['rules', 'rm', 'a']);
  expect(removed.out).toMatch(/^removed a; will be in v\d+$/);
  const again = await secbeat(['rules', 'rm', 'a']);
  expect([again.exitCode, again.err]).toEqual([1, expect.stringContaining('"a"')]);
});

test('cli - a refused file is shown with file, line and column, and nothing enters', async () => {
  const rule = { id: 'b', field: 'URI', pattern: '/b', action: 'blok' };
  const file = rulesFile('b.json', [rule]);
  const { exitCode, err } = await secbeat(['rules', 'add', file]);
  expect(exitCode).toBe(1);
  expect(err).toContain(`${file}:6:15 error WAF_ERR_RULE_ACTION_UNKNOWN`);
  expect((await secbeat(['rules', 'list'])).out).not.toMatch(/^b /m);
});

test('cli - status, releases, rollback and sync speak of the same fleet', async () => {
  const file = rulesFile('c.json', { id: 'c', field: 'URI', pattern: '/c', action: 'log' });
  await secbeat(['rules', 'add', file, '--wait']);
  const status = await secbeat(['status']);
  expect(status.exitCode).toBe(0);
  expect(status.out).toMatch(/^node-3 +ready +v\d+ +- +no /m);
  const { releases } = JSON.parse((await secbeat(['releases', '--json'])).out);
  const [latest] = releases;
  const one = await secbeat(['releases', latest.revision]);
  expect(one.out).toContain(`revision   ${latest.revision}`);
  expect(one.out).toMatch(/^node-1 +ACK +\d+ ms/m);
  const back = await secbeat(['rollback']);
  expect([back.exitCode, back.out]).toEqual([
    0,
    expect.stringMatching(/^rolled back to v\d+ as v\d+ on 3 nodes$/),
  ]);
  const sync = await secbeat(['sync']);
  expect([sync.exitCode, sync.out]).toEqual([0, 'checked 3 nodes, none drifts']);
});

test('cli - a module is listed, and taken off every node', async () => {
  const form = new FormData();
  form.set('file', new Blob([answering(0)]), 'bots.wasm');
  form.set('name', 'bots');
  const deployed = await plane.call('POST', '/api/v1/wasm/deploy', form);
  expect(deployed.body).toMatchObject({ success: true, warnings: [] });
  const listed = await secbeat(['modules', 'list']);
  expect(listed.out).toMatch(/^bots +10 +v\d+ +all +sha256:\w{12} /m);
  const removed = await secbeat(['modules', 'rm', 'bots']);
  expect([removed.exitCode, removed.out]).toEqual([0, 'removed bots from 3 nodes']);
  expect((await secbeat(['modules', 'list'])).out).not.toContain('bots');
  expect((await secbeat(['status'])).exitCode).toBe(0);
  await plane.restart();
  expect((await secbeat(['modules', 'list'])).out).not.toContain('bots');
  const unknown = await secbeat(['modules', 'rm', 'bots']);
  expect([unknown.exitCode, unknown.err]).toEqual([1, expect.stringContaining('"bots"')]);
  const required = await secbeat(['modules', 'rm', 'universal-waf']);
  expect([required.exitCode, required.err]).toEqual([1, expect.stringContaining('kill switch')]);
});

test('cli - a rollback whose target selects no live node warns on standard error', async () => {
  const { exitCode, out, err } = await secbeat(['rollback', '--target', 'label:zone=eu']);
  expect([exitCode, out]).toEqual([0, expect.stringMatching(/on 0 nodes$/)]);
  expect(err).toContain('no live node is selected by label:zone=eu');
  expect(err).toContain('node-1 (zone=canary)');
});

test('cli - a node that refuses ends --wait with 4 and its reason', async () => {
  plane.nodes[0]?.refuse('disk full');
  const file = rulesFile('d.json', { id: 'd', field: 'URI', pattern: '/d', action: 'block' });
  const { exitCode, err } = await secbeat(['rules', 'add', file, '--wait']);
  plane.nodes[0]?.refuse(null);
  expect([exitCode, err]).toEqual([4, expect.stringContaining('node-1: disk full')]);
  expect((await secbeat(['status'])).exitCode).toBe(4);
  expect((await secbeat(['sync'])).out).toContain('repaired node-1');
  expect((await secbeat(['status'])).exitCode).toBe(0);
});

test('cli - as a process, it reads standard input and takes the key of the local demo', async () => {
  const rule = JSON.stringify({ id: 'piped', field: 'URI', pattern: '/piped', action: 'block' });
  const without = await spawned(['rules', 'add', '-'], rule);
  expect([without.exitCode, without.err]).toEqual([1, expect.stringContaining('unauthorized')]);
  mkdirSync(join(plane.folder, '.secbeat'), { recursive: true });
  writeFileSync(join(plane.folder, '.secbeat', 'api-key'), `${KEY}\n`);
  const added = await spawned(['rules', 'add', '-', '--json'], rule);
  expect([added.exitCode, JSON.parse(added.out)]).toMatchObject([0, { ids: ['piped'] }]);
});

test('cli - a reader that goes away is no error', async () => {
  const child = secbeatProcess(['rules', 'list', '--json', '--key', KEY]);
  child.stdout.destroy();
  const [err, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect({ err, exitCode }).toEqual({ err: '', exitCode: 0 });
});

test('cli - the key comes from the option before the environment', async () => {
  const wrong = await run(['status', '--key', 'wrong-key'], {
    env: { SECBEAT_URL: plane.url, ORCHESTRATOR_API_KEY: KEY },
  });
  expect(wrong.exitCode).toBe(1);
  expect((await run(['status', '--url', plane.url, '--key', KEY])).exitCode).toBe(0);
});
