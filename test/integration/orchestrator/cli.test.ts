import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packagePath } from '../../../src/config/package-root.ts';
import { type ControlPlane, KEY, startControlPlane } from './stand.ts';

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane.close());

const run = promisify(execFile);

/** The real command line in a process of its own, in an empty folder. */
async function secbeat(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const script = [packagePath('src', 'cli', 'main.ts'), ...args];
  const command = [
    process.execPath,
    '--import',
    packagePath('node_modules/tsx/dist/esm/index.mjs'),
  ];
  const options = {
    cwd: plane.folder,
    env: { PATH: process.env.PATH, SECBEAT_URL: plane.url, ORCHESTRATOR_API_KEY: KEY, ...env },
  };
  try {
    const { stdout, stderr } = await run(command[0]!, [...command.slice(1), ...script], options);
    return { exitCode: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { exitCode: code, out: stdout, err: stderr };
  }
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
    expect.stringMatching(/^accepted 1 rule; v\d+ runs on 3 nodes, the last after \d+ ms\n$/),
  ]);
  const listed = await secbeat(['rules', 'list', '--source', 'dynamic']);
  expect(listed.out).toMatch(/^a +active +dynamic +block +\d{4}-\S+ +\/a$/m);
  const held = await secbeat(['kill', 'on', '--rule', 'a', '--wait']);
  expect([held.exitCode, held.out]).toEqual([0, expect.stringContaining('kill switch of a on')]);
  const approved = await secbeat(['rules', 'approve', 'a', '--ttl', '600', '--wait', '--json']);
  expect(JSON.parse(approved.out)).toMatchObject({ settled: { converged: true } });
  const removed = await secbeat(['rules', 'rm', 'a']);
  expect(removed.out).toMatch(/^removed a; will be in v\d+\n$/);
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
    expect.stringMatching(/^rolled back to v\d+ as v\d+ on 3 nodes\n$/),
  ]);
  const sync = await secbeat(['sync']);
  expect([sync.exitCode, sync.out]).toEqual([0, 'checked 3 nodes, none drifts\n']);
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

test('cli - the key comes from the option, the environment or the file of the local demo', async () => {
  const none = { ORCHESTRATOR_API_KEY: '' };
  const without = await secbeat(['status'], none);
  expect([without.exitCode, without.err]).toEqual([1, expect.stringContaining('unauthorized')]);
  expect((await secbeat(['status', '--key', KEY], none)).exitCode).toBe(0);
  mkdirSync(join(plane.folder, '.secbeat'), { recursive: true });
  writeFileSync(join(plane.folder, '.secbeat', 'api-key'), `${KEY}\n`);
  expect((await secbeat(['status'], none)).exitCode).toBe(0);
});
