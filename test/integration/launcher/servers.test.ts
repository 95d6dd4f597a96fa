import { Redis } from 'ioredis';
import { connect, StringCodec } from 'nats';
import { afterAll, expect, test } from 'vitest';
import { startNats, startRedis } from '../../servers.ts';

const [redis, nats] = await Promise.all([startRedis(), startNats()]);
afterAll(() => Promise.all([redis.stop(), nats.stop()]));

async function withRedis<T>(use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ path: new URL(redis.url).pathname });
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

async function withBucket<T>(
  use: (bucket: {
    put(k: string, v: Uint8Array): Promise<number>;
    text(k: string): Promise<string>;
  }) => Promise<T>,
): Promise<T> {
  const connection = await connect({ servers: nats.url });
  try {
    const bucket = await connection.jetstream().views.kv('test');
    return await use({
      put: (key, value) => bucket.put(key, value),
      text: async (key) => (await bucket.get(key))?.string() ?? '',
    });
  } finally {
    await connection.close();
  }
}

test('managed redis - keeps what it was told over a restart and never evicts', async () => {
  await withRedis((client) => client.set('kept', 'yes'));
  await redis.restart();
  await withRedis(async (client) => {
    expect(await client.get('kept')).toBe('yes');
    expect(await client.config('GET', 'maxmemory-policy')).toEqual([
      'maxmemory-policy',
      'noeviction',
    ]);
    expect(await client.config('GET', 'appendfsync')).toEqual(['appendfsync', 'everysec']);
  });
});

test('managed nats - keeps its data and its address over a restart and over a crash', async () => {
  await withBucket((bucket) => bucket.put('kept', StringCodec().encode('yes')));
  await nats.restart();
  expect(await withBucket((bucket) => bucket.text('kept'))).toBe('yes');
  await nats.kill();
  await nats.start();
  expect(await withBucket((bucket) => bucket.text('kept'))).toBe('yes');
});

test('managed servers - several run side by side without sharing anything', async () => {
  const [otherRedis, otherNats] = await Promise.all([startRedis(), startNats()]);
  expect(otherRedis.url).not.toBe(redis.url);
  expect(otherNats.url).not.toBe(nats.url);
  await Promise.all([otherRedis.stop(), otherNats.stop()]);
});
