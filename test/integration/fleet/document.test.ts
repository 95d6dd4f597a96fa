import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectFleet } from '../../../src/fleet/connect-fleet.ts';
import type { Versioned } from '../../../src/fleet/document.ts';
import type { FleetControl } from '../../../src/fleet/fleet.ts';
import { startNats, type TestServer } from '../../servers.ts';
import { eventually, log, openControl, settingsFor, when } from './fleet.ts';

let nats: TestServer;
let control: FleetControl;
let url: string;

beforeAll(async () => {
  nats = await startNats();
  url = nats.url;
  control = await openControl(settingsFor(url));
});

afterAll(async () => {
  await control.close();
  await nats.stop();
});

interface Counter {
  readonly count: number;
  readonly padding?: string;
}

test('document - is undefined until it is written, then read with its version', async () => {
  const document = await control.document<Counter>('rules', 'fresh');
  expect(await document.read()).toBeUndefined();
  const version = await document.write({ count: 1 }, 0);
  expect(await document.read()).toEqual({ value: { count: 1 }, version });
});

test('document - only one of two writers with the same expectation wins', async () => {
  const document = await control.document<Counter>('rules', 'raced');
  const first = await Promise.all([
    document.write({ count: 1 }, 0),
    document.write({ count: 2 }, 0),
  ]);
  expect(first.filter((each) => each === 'conflict')).toHaveLength(1);
  const version = (await document.read())?.version as number;
  const second = await Promise.all(
    Array.from({ length: 8 }, (_, count) => document.write({ count }, version)),
  );
  expect(second.filter((each) => each === 'conflict')).toHaveLength(7);
});

test('document - 40 increments by four writers that retry conflicts lose none', async () => {
  const document = await control.document<Counter>('rules', 'hammer');
  await document.write({ count: 0 }, 0);
  const increment = async () => {
    for (;;) {
      const { value, version } = (await document.read()) as Versioned<Counter>;
      if ((await document.write({ count: value.count + 1 }, version)) !== 'conflict') return;
    }
  };
  const writer = async () => {
    for (let n = 0; n < 10; n += 1) await increment();
  };
  await Promise.all([writer(), writer(), writer(), writer()]);
  expect((await document.read())?.value).toEqual({ count: 40 });
});

test('document - a long one is compressed, and one beyond the message size is refused with numbers', async () => {
  const document = await control.document<Counter>('rules', 'long');
  const repetitive = { count: 1, padding: 'x'.repeat(3_000_000) };
  expect(await document.write(repetitive, 0)).not.toBe('conflict');
  expect((await document.read())?.value).toEqual(repetitive);

  const random = Array.from({ length: 250_000 }, () => Math.random().toString(36)).join('');
  await expect(document.write({ count: 1, padding: random }, 0)).rejects.toThrow(
    expect.objectContaining({
      code: 'WAF_ERR_FLEET_DOCUMENT_TOO_LARGE',
      message: expect.stringMatching(/_rules\/long has \d{7} bytes compressed; .* takes 1048320$/),
    }),
  );
});

test('document - a watcher gets the current value, then every version once, in order', async () => {
  const document = await control.document<Counter>('rules', 'watched');
  let version = (await document.write({ count: 0 }, 0)) as number;
  const seen: number[] = [];
  let lastSeen: (value: unknown) => void = () => {};
  const complete = when((resolve) => {
    lastSeen = resolve;
  }, 'the last version');
  const stop = await document.watch(({ value }) => {
    seen.push(value.count);
    if (value.count === 20) lastSeen(undefined);
  });
  expect(seen).toEqual([0]);
  for (let count = 1; count <= 20; count += 1) {
    version = (await document.write({ count }, version)) as number;
  }
  await complete;
  await stop();
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(new Set(seen).size).toBe(seen.length);
});

test('document - a change made right after a server restart reaches watchers within four seconds', async () => {
  const document = await control.document<Counter>('rules', 'restarted');
  const version = (await document.write({ count: 1 }, 0)) as number;
  let onSecond: () => void = () => {};
  const stop = await document.watch(({ value }) => {
    if (value.count === 2) onSecond();
  });
  await nats.restart();
  // The client's own watcher would need close to five seconds.
  const second = when<void>(
    (resolve) => {
      onSecond = resolve;
    },
    'the change',
    4_000,
  );
  // A write that was under way when the connection broke fails; its outcome is unknown.
  const write = (): Promise<unknown> => document.write({ count: 2 }, version).catch(write);
  await write();
  await second;
  await stop();
});

test('document - a malformed value names bucket and key, is counted, and does not end the watch', async () => {
  const settings = settingsFor(url);
  const own = await openControl(settings);
  const raw = await connectFleet(settings, { name: 'raw', log });
  const bucket = await raw.jetstream.views.kv(`${settings.bucket_prefix}_rules`, {
    bindOnly: true,
  });
  const document = await own.document<Counter>('rules', 'damaged');
  const seen: number[] = [];
  let onGood: () => void = () => {};
  const good = when<void>((resolve) => {
    onGood = resolve;
  }, 'the repaired value');
  const stop = await document.watch(({ value }) => {
    seen.push(value.count);
    onGood();
  });

  await bucket.put('damaged', Buffer.from([0x1f, 0x8b, 1, 2, 3]));
  await expect(document.read()).rejects.toMatchObject({
    code: 'WAF_ERR_FLEET_DOCUMENT_MALFORMED',
    message: expect.stringContaining(`${settings.bucket_prefix}_rules/damaged at revision`),
  });
  await bucket.put('damaged', '[1]');
  await expect(document.read()).rejects.toThrow('JSON of another shape');
  const subject = `$KV.${settings.bucket_prefix}_rules.damaged`;
  expect(own.status().malformed[subject]).toBeGreaterThanOrEqual(2);

  await bucket.put('damaged', '{"count":7}');
  await good;
  expect(seen).toEqual([7]);
  await stop();
  await own.close();
  await raw.close();
});

test('records - are written once and listed newest first by number', async () => {
  const records = await control.records<{ readonly n: number }>('releases');
  for (const n of [1, 2, 9, 10, 11]) expect(await records.create(`v${n}`, { n })).toBe(true);
  expect(await records.create('v9', { n: 99 })).toBe(false);
  expect(await records.get('v9')).toEqual({ n: 9 });
  expect(await records.get('v8')).toBeUndefined();
  expect(await records.get('no such.key>')).toBeUndefined();
  expect(await records.latest(3)).toEqual([{ n: 11 }, { n: 10 }, { n: 9 }]);
  await expect(records.create('not a key', { n: 0 })).rejects.toMatchObject({
    code: 'WAF_ERR_FLEET_NAME',
  });
});

test('records - one that is there can be corrected, one that is not cannot', async () => {
  const records = await control.records<{ readonly n: number }>('releases');
  expect(await records.create('v21', { n: 21 })).toBe(true);
  expect(await records.correct('v21', { n: 22 })).toBe(true);
  expect(await records.get('v21')).toEqual({ n: 22 });
  expect(await records.correct('v20', { n: 20 })).toBe(false);
  expect(await records.get('v20')).toBeUndefined();
});

test('records - an old one is forgotten when its number falls out of the window', async () => {
  const records = await control.records<{ readonly n: number }>('releases');
  await records.create('v30', { n: 30 });
  await records.create('v10030', { n: 10_030 });
  await eventually(() => records.get('v30')).toBeUndefined();
  expect(await records.get('v11')).toEqual({ n: 11 });
});

test('buckets - opening a fleet a second time keeps what is in it', async () => {
  const settings = settingsFor(url);
  const first = await openControl(settings);
  await (await first.document<Counter>('rules', 'rules')).write({ count: 5 }, 0);
  const second = await openControl(settings);
  expect((await (await second.document<Counter>('rules', 'rules')).read())?.value).toEqual({
    count: 5,
  });
  await Promise.all([first.close(), second.close()]);
});

test('buckets - that the server has lost are made again on the next connection', async () => {
  const settings = settingsFor(url);
  const own = await openControl(settings);
  await own.desired.write({ format: 1, modules: {} }, 0);
  const raw = await connectFleet(settings, { name: 'raw', log });
  const streams = [`KV_${settings.bucket_prefix}_fleet`, `OBJ_${settings.bucket_prefix}_artifacts`];
  for (const stream of streams) await raw.manager.streams.delete(stream);
  expect(await own.desired.read()).toBeUndefined();

  await nats.restart();
  await eventually(() => own.desired.write({ format: 1, modules: {} }, 0).catch(() => 'lost')).toBe(
    1,
  );
  await eventually(() => raw.manager.streams.info(streams[1] as string)).toBeDefined();
  await Promise.all([own.close(), raw.close()]);
});
