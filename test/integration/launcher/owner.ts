import { spawnGuarded } from '../../../src/launcher/guarded-process.ts';
import { followOutput } from '../../../src/launcher/output-tail.ts';

/*
 * A process that owns a guarded program which ignores every polite signal; says the process ids of
 * program and guard, and waits to be killed.
 */
const stubborn = spawnGuarded(
  process.execPath,
  [
    '-e',
    'process.on("SIGTERM", () => {}); console.log("pids " + process.pid + " " + process.ppid); setInterval(() => {}, 1000)',
  ],
  { graceMs: 100 },
);
const pids = await followOutput([stubborn.stdout]).sees('pids ');
console.log(pids);
setInterval(() => {}, 1000);
