import { expect, test } from 'vitest';
import { createAckOutbox } from '../../../src/fleet/ack-outbox.ts';
import type { Acknowledgement } from '../../../src/fleet/node-report.ts';
import { ack } from './samples.ts';

function outboxTo(stored: string[], isUp: () => boolean) {
  return createAckOutbox(async ({ module, revision }: Acknowledgement) => {
    if (!isUp()) throw new Error('down');
    stored.push(`${module} ${revision}`);
  });
}

test('outbox - what was stored is not stored again', async () => {
  const stored: string[] = [];
  const outbox = outboxTo(stored, () => true);
  await outbox.send(ack);
  await outbox.flush();
  expect(stored).toEqual(['universal-waf v3']);
});

test('outbox - while the server is away it keeps the latest of each module', async () => {
  const stored: string[] = [];
  let up = false;
  const outbox = outboxTo(stored, () => up);
  await outbox.send({ ...ack, revision: 'v4' });
  await outbox.send({ ...ack, revision: 'v5' });
  await outbox.send({ ...ack, module: 'bad-bot-blocker', revision: 'v6' });
  await outbox.flush();
  expect(stored).toEqual([]);
  up = true;
  await outbox.flush();
  await outbox.flush();
  expect(stored.sort()).toEqual(['bad-bot-blocker v6', 'universal-waf v5']);
});

test('outbox - a success of an older acknowledgement does not drop the newer one', async () => {
  const finish: (() => void)[] = [];
  const outbox = createAckOutbox(
    () =>
      new Promise<void>((resolve, reject) => finish.push(finish.length === 1 ? reject : resolve)),
  );
  const older = outbox.send({ ...ack, revision: 'v4' });
  const newer = outbox.send({ ...ack, revision: 'v5' });
  finish[1]?.();
  await newer;
  finish[0]?.();
  await older;
  const flushed = outbox.flush();
  expect(finish).toHaveLength(3);
  finish[2]?.();
  await flushed;
});

test('outbox - a flush while an acknowledgement is on its way does not store it twice', async () => {
  const finish: (() => void)[] = [];
  const outbox = createAckOutbox(() => new Promise<void>((resolve) => finish.push(resolve)));
  const sent = outbox.send(ack);
  const flushed = outbox.flush();
  finish[0]?.();
  await Promise.all([sent, flushed]);
  expect(finish).toHaveLength(1);
});
