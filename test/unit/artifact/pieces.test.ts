import { expect, test } from 'vitest';
import { type Pieces, runAtOnce, runInSlices } from '../../../src/artifact/pieces.ts';

function* counting(to: number, log: number[]): Pieces<string> {
  for (let i = 0; i < to; i++) {
    log.push(i);
    yield;
  }
  return 'done';
}

function* failing(): Pieces<never> {
  yield;
  throw new Error('broken');
}

function* endless(): Pieces<never> {
  for (;;) yield;
}

test('pieces - both ways of running give the result and the error', async () => {
  const log: number[] = [];
  expect(runAtOnce(counting(3, log))).toBe('done');
  expect(await runInSlices(counting(2, log))).toBe('done');
  expect(log).toEqual([0, 1, 2, 0, 1]);
  expect(() => runAtOnce(failing())).toThrow('broken');
  await expect(runInSlices(failing())).rejects.toThrow('broken');
});

test('pieces - the event loop turns while the work goes on, and a signal ends it', async () => {
  const controller = new AbortController();
  let turns = 0;
  const turn = () => {
    turns++;
    if (turns === 20) controller.abort(new Error('enough'));
    else setImmediate(turn);
  };
  setImmediate(turn);
  await expect(runInSlices(endless(), controller.signal)).rejects.toThrow('enough');
  expect(turns).toBe(20);
});
