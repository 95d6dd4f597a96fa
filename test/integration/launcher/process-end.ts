import { setTimeout as wait } from 'node:timers/promises';

/** Resolves when no process has this id any more; the suite's time limit bounds the wait. */
export async function processEnd(pid: number): Promise<void> {
  while (isAlive(pid)) await wait(20);
}

/** Whether a process with this id runs; one that has ended and waits to be reaped does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
