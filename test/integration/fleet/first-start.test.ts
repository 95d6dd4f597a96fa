import { expect, test } from 'vitest';
import { startNats } from '../../servers.ts';
import { openControl, settingsFor } from './fleet.ts';

test('first start - orchestrators that start together on a fresh server all find their buckets', async () => {
  const nats = await startNats();
  let opened = 0;
  for (let round = 0; round < 40; round++) {
    const settings = settingsFor(nats.url);
    const start = async () => {
      const control = await openControl(settings);
      await control.document('rules', 'rules');
      opened++;
      await control.close();
    };
    await Promise.all([start(), start(), start()]);
  }
  expect(opened).toBe(120);
  await nats.stop();
});
