import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entryPoint } from '../../../src/config/entry-point.ts';
import { spawnGuarded } from '../../../src/launcher/guarded-process.ts';
import { followOutput } from '../../../src/launcher/output-tail.ts';
import { temporaryFolder } from '../../servers.ts';
import { processEnd } from './process-end.ts';

const node = (script: string, graceMs?: number) =>
  spawnGuarded(process.execPath, ['-e', script], graceMs === undefined ? {} : { graceMs });

/** Prints its process id and its parent's, and then waits for ever. */
const WAITER =
  'console.log("pids " + process.pid + " " + process.ppid); setInterval(() => {}, 1000)';

/** Process ids of the program and of its guard. */
async function pidsOf(child: ReturnType<typeof node>): Promise<[program: number, guard: number]> {
  const [, program, guard] = (await followOutput([child.stdout]).sees('pids ')).split(' ');
  return [Number(program), Number(guard)];
}

test('guarded process - its exit code and output are those of the program', async () => {
  const child = node('console.log("out"); console.error("err"); process.exitCode = 7');
  const output = followOutput([child.stdout, child.stderr]);
  expect(await child.exited).toBe(7);
  expect(output.text().split('\n').sort()).toEqual(['err', 'out']);
});

test('guarded process - arguments and environment arrive as given', async () => {
  const script =
    'console.log(JSON.stringify([process.argv.slice(1), process.env.X, process.cwd()]))';
  const args = ['a b', '$HOME', "'", '"', '*', ''];
  const cwd = temporaryFolder();
  const child = spawnGuarded(process.execPath, ['-e', script, ...args], {
    env: { ...process.env, X: 'y z' },
    cwd,
  });
  const line = followOutput([child.stdout]).sees('[');
  expect(JSON.parse(await line)).toEqual([args, 'y z', cwd]);
});

test('guarded process - a program that does not exist ends with 127', async () => {
  expect(await spawnGuarded('/nowhere/program', []).exited).toBe(127);
});

test('guarded process - stop lets the program end in an orderly way', async () => {
  const child = node(`process.on("SIGTERM", () => process.exit(3)); ${WAITER}`);
  await pidsOf(child);
  expect(await child.stop()).toBe(3);
});

test('guarded process - a program that ignores SIGTERM is killed after the grace time', async () => {
  const child = node(`process.on("SIGTERM", () => {}); ${WAITER}`, 100);
  const [pid] = await pidsOf(child);
  expect(await child.stop()).toBe(128 + 9);
  await processEnd(pid);
});

test('guarded process - a signal reaches the program itself', async () => {
  const child = node(WAITER);
  const [pid] = await pidsOf(child);
  child.signal('KILL');
  expect(await child.exited).toBe(128 + 9);
  await processEnd(pid);
});

test('guarded process - ending the guard ends the program', async () => {
  const child = node(WAITER);
  const [pid, guard] = await pidsOf(child);
  process.kill(guard, 'SIGTERM');
  await child.exited;
  await processEnd(pid);
});

test('guarded process - SIGKILL of the owner leaves neither guard nor program', async () => {
  const { execArgv } = entryPoint(import.meta.url, 'owner');
  const script = join(import.meta.dirname, 'owner.ts');
  const owner = spawn(process.execPath, [...execArgv, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pids = await Promise.race([
    followOutput([owner.stdout]).sees('pids '),
    once(owner, 'exit').then(() => expect.fail('the owner ended by itself')),
  ]);
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  for (const pid of pids.split(' ').slice(1)) await processEnd(Number(pid));
});
