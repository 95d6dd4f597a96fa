import { expect, test } from 'vitest';
import { type GuardedProcess, spawnGuarded } from '../../../src/launcher/guarded-process.ts';
import { createServiceGroup } from '../../../src/launcher/service-group.ts';
import { type Service, supervise } from '../../../src/launcher/supervise.ts';

/** A service that runs a script; `started` resolves with each process in turn. */
function scriptService(script: string) {
  const processes: GuardedProcess[] = [];
  const waiting: ((process: GuardedProcess) => void)[] = [];
  const service: Service = {
    name: 'script',
    async start() {
      const child = spawnGuarded(process.execPath, ['-e', script]);
      processes.push(child);
      waiting.shift()?.(child);
      return child;
    },
  };
  return {
    service,
    processes,
    nextStart: () => new Promise<GuardedProcess>((resolve) => waiting.push(resolve)),
  };
}

const FOREVER = 'setInterval(() => {}, 1000)';

test('supervise - a crashed process is started again and reported', async () => {
  const { service, nextStart, processes } = scriptService(FOREVER);
  const reports: string[] = [];
  const supervised = supervise(service, {
    report: (text) => reports.push(text),
    givenUp: (error) => reports.push(error.message),
  });
  await supervised.ready;
  const second = nextStart();
  processes[0]?.signal('KILL');
  await second;
  await supervised.stop();
  expect(reports[0]).toBe('script ended with code 137; starting it again in 200 ms');
  expect(processes).toHaveLength(2);
});

test('supervise - stop during a start leaves nothing running', async () => {
  const { service, processes } = scriptService(FOREVER);
  const supervised = supervise(service, { report: () => {}, givenUp: () => {} });
  await supervised.stop();
  expect(await processes[0]?.exited).toBeGreaterThan(0);
});

test('supervise - a first start that fails is told and not tried again', async () => {
  let starts = 0;
  const service: Service = {
    name: 'broken',
    async start() {
      starts++;
      throw new Error('no');
    },
  };
  const supervised = supervise(service, { report: () => {}, givenUp: () => {} });
  await expect(supervised.ready).rejects.toThrow('no');
  await supervised.stop();
  expect(starts).toBe(1);
});

test('service group - a service that cannot be started again makes the group fail', async () => {
  let starts = 0;
  const group = createServiceGroup(() => {});
  await group.add('program', {
    name: 'once',
    async start() {
      if (++starts > 1) throw new Error('not twice');
      return spawnGuarded(process.execPath, ['-e', 'process.exit(1)']);
    },
  });
  expect((await group.failure).message).toBe('not twice');
  await group.stop();
});

test('service group - programs stop before servers, and nothing starts afterwards', async () => {
  const ended: string[] = [];
  const service = (name: string): Service => ({
    name,
    async start() {
      const child = spawnGuarded(process.execPath, ['-e', FOREVER]);
      void child.exited.then(() => ended.push(name));
      return child;
    },
  });
  const group = createServiceGroup(() => {});
  await group.add('server', service('server'));
  await group.add('program', service('program'));
  await group.stop();
  expect(ended).toEqual(['program', 'server']);
  await expect(group.add('program', service('late'))).rejects.toThrow('everything is stopping');
});
