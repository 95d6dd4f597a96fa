import { expect, test, vi } from 'vitest';
import { createRequestGuard } from '../../../src/fleet/request-guard.ts';

const never = () => new Promise<never>(() => {});

test('requests - are sent at once while the server is there, and their errors are passed on', async () => {
  const guard = createRequestGuard(1_000);
  expect(await guard.run('x', async () => 1)).toBe(1);
  const failure = new Error('refused');
  await expect(guard.run('x', () => Promise.reject(failure))).rejects.toBe(failure);
});

test('requests - wait for the connection', async () => {
  const guard = createRequestGuard(1_000);
  guard.down();
  expect(guard.isUp()).toBe(false);
  let sent = 0;
  const answer = guard.run('x', async () => {
    sent += 1;
    return sent;
  });
  await Promise.resolve();
  expect(sent).toBe(0);
  guard.up();
  expect(await answer).toBe(1);
});

test('requests - do not wait longer than the patience', async () => {
  vi.useFakeTimers();
  const guard = createRequestGuard(2_000);
  guard.down();
  const answer = expect(guard.run('reading a', never)).rejects.toMatchObject({
    code: 'WAF_ERR_FLEET_UNAVAILABLE',
    message: 'reading a: not connected to NATS',
  });
  await vi.advanceTimersByTimeAsync(2_000);
  await answer;
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('requests - under way when the connection is lost fail at once, since the outcome is unknown', async () => {
  const guard = createRequestGuard(1_000);
  const answer = guard.run('writing a', never);
  await Promise.resolve();
  guard.down();
  await expect(answer).rejects.toMatchObject({ code: 'WAF_ERR_FLEET_UNAVAILABLE' });
});

test('requests - that change nothing are sent once more on the next connection, and not again', async () => {
  const guard = createRequestGuard(1_000);
  let sent = 0;
  const flaky = () => {
    sent += 1;
    return sent === 1 ? never() : Promise.resolve('second');
  };
  const answer = guard.read('reading a', flaky);
  await Promise.resolve();
  guard.down();
  guard.up();
  expect(await answer).toBe('second');

  const hopeless = guard.read('reading a', never);
  for (let n = 0; n < 2; n += 1) {
    await new Promise(setImmediate);
    guard.down();
    guard.up();
  }
  await expect(hopeless).rejects.toMatchObject({ code: 'WAF_ERR_FLEET_UNAVAILABLE' });
});
